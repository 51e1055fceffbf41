import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { expandTemplate } from './expand-template.ts'
import { measureMaxBlockingMs } from '../fixtures/measure-max-blocking-ms.ts'
import { compileTemplate } from './match-template.ts'

it.each([
  ['notes:///{folder}/{name}', 'notes:///work/to%20do', { folder: 'work', name: 'to do' }],
  ['notes:///{name}', 'notes:///a/b', undefined],
  ['notes:///{name}', 'notes:///', undefined],
  ['notes:///{name}', 'other:///a', undefined],
  ['notes:///{name}', 'notes:///%zz', undefined],
  ['notes:///{name}', 'notes:///%FF', undefined],
  ['file:///{+path}', 'file:///a/b/c.md', { path: 'a/b/c.md' }],
  ['x:{a,b}', 'x:1,2', { a: '1', b: '2' }],
  ['x:{a,b}', 'x:1', undefined],
  ['x:{a}', 'x:1,2', { a: ['1', '2'] }],
  ['x:{a*}', 'x:1,2', { a: ['1', '2'] }],
  ['x:{a:3}', 'x:abc', { a: 'abc' }],
  ['x:{a:3}', 'x:abcd', undefined],
  ['x:a{/path*}', 'x:a/b/c%2Fd', { path: ['b', 'c/d'] }],
  ['x:a{/path*}', 'x:a', {}],
  ['x:file{.ext}', 'x:file.md', { ext: 'md' }],
  ['x:p{;a,b}', 'x:p;a=1;b', { a: '1', b: '' }],
  ['x:q{?a,b}', 'x:q?a=1&b=2', { a: '1', b: '2' }],
  ['x:q{?a,b}', 'x:q?b=2&a=1', { a: '1', b: '2' }],
  ['x:q{?a,b}', 'x:q?b=2', { b: '2' }],
  ['x:q{?a,b}', 'x:q', {}],
  ['x:q{?a,b}', 'x:q?c=3', undefined],
  ['x:q{?a}', 'x:q?a=1&a=2', undefined],
  ['x:q{?a*}', 'x:q?a=1&a=2', { a: ['1', '2'] }],
  ['x:q{?all*}', 'x:q?one=1&two=2', { all: { one: '1', two: '2' } }],
  ['x:q?fixed=1{&a}', 'x:q?fixed=1&a=2', { a: '2' }],
  ['x:{a}-{a}', 'x:1-1', { a: '1' }],
  ['x:{a}-{a}', 'x:1-2', undefined],
  ['x:straße/{a}', 'x:stra%C3%9Fe/1', { a: '1' }],
  ['x:{a}', 'x:constructor', { a: 'constructor' }],
])('%s matches %s as %j', (template, uri, variables) => {
  expect(compileTemplate(template)(uri)).toEqual(variables)
})

describe('expanding and matching round-trip', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'toString', 'x_1', 'y.z')
  const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  const empties = fc.string({ maxLength: 12, unit: 'grapheme' })

  /** Generates a template whose expressions are separated by slashes, and values for it. */
  const scenario = (
    write: (names: readonly string[]) => string,
    value: fc.Arbitrary<string | readonly string[] | Record<string, string>>,
    maxNames = 1,
  ) =>
    fc
      .uniqueArray(name, { minLength: 1, maxLength: 4 })
      .chain((names) =>
        fc.record({
          names: fc.constant(names),
          values: fc.tuple(...names.map(() => value)),
        }),
      )
      .map(({ names, values }) => {
        const groups = Array.from({ length: Math.ceil(names.length / maxNames) }, (_, index) =>
          names.slice(index * maxNames, (index + 1) * maxNames),
        )
        return {
          template: `x://host/${groups.map(write).join('/-/')}`,
          variables: Object.fromEntries(names.map((each, index) => [each, values[index] ?? ''])),
        }
      })

  const cases = [
    ['simple values', scenario((names) => `{${names.join(',')}}`, text, 2)],
    ['lists', scenario(([only]) => `{${only}*}`, fc.array(text, { minLength: 1, maxLength: 4 }))],
    [
      'lists between commas',
      scenario(([only]) => `{${only}}`, fc.array(text, { minLength: 2, maxLength: 4 })),
    ],
    [
      'reserved characters',
      scenario(
        ([only]) => `{+${only}}`,
        // Expansion would treat a percent sign followed by two digits as an encoded character.
        text.filter((value) => !value.includes('%') && !value.includes('/')),
      ),
    ],
    ['paths', scenario(([only]) => `a{/${only}*}`, fc.array(text, { minLength: 1, maxLength: 1 }))],
    ['parameters', scenario((names) => `a{;${names.join(',')}}`, empties, 2)],
    ['queries', scenario((names) => `a{?${names.join(',')}}`, empties, 4)],
    ['continued queries', scenario((names) => `a?x=1{&${names.join(',')}}`, empties, 4)],
    [
      'queries of lists',
      scenario(
        (names) => `a{?${names.join(',')}}`,
        fc.array(text, { minLength: 2, maxLength: 4 }),
        4,
      ),
    ],
  ] as const

  it.each(cases)('%s', async (_title, scenarios) => {
    await fc.assert(
      fc.asyncProperty(scenarios, async ({ template, variables }) => {
        const uri = await expandTemplate(template, variables)
        expect(compileTemplate(template)(uri)).toEqual(variables)
      }),
      { numRuns: 300 },
    )
  })

  it('objects in a query', async () => {
    const keys = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
    const record = fc.dictionary(
      keys.filter((key) => key !== 'all' && key !== '__proto__'),
      empties,
      { minKeys: 1, maxKeys: 4, noNullPrototype: true },
    )
    await fc.assert(
      fc.asyncProperty(record, async (all) => {
        const uri = await expandTemplate('x:q{?all*}', { all })
        // An empty list of parameters expands to nothing.
        expect(compileTemplate('x:q{?all*}')(uri)).toEqual({ all })
      }),
      { numRuns: 300 },
    )
  })
})

it('only returns variables that expand to an equivalent URI', async () => {
  const template = 'x://{host}/{+path}{?q,r}'
  const match = compileTemplate(template)
  const piece = fc.constantFrom('a', '/', '?', 'q=', 'r=', '&', '%20', ',', 'x')
  const uri = fc.array(piece, { maxLength: 12 }).map((pieces) => `x://${pieces.join('')}`)
  await fc.assert(
    fc.asyncProperty(uri, async (subject) => {
      const variables = match(subject)
      fc.pre(variables !== undefined)
      const again = match(await expandTemplate(template, variables ?? {}))
      expect(again).toEqual(variables)
    }),
    { numRuns: 300 },
  )
})

it('matches URIs with many possible splits in less than 50 ms', async () => {
  const match = compileTemplate('x:{+a}/{+b}/{+c}/{+d}!')
  const maxBlockingMs = await measureMaxBlockingMs(async () => {
    expect(match(`x:${'a/'.repeat(300)}`)).toBeUndefined()
  })
  expect(maxBlockingMs).toBeLessThan(50)
})
