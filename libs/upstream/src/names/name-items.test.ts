import fc from 'fast-check'
import { expect, it } from 'vitest'

import { nameItems } from './name-items.ts'

const namesOf = (names: readonly string[], prefix = 'github_'): string[] =>
  nameItems(
    names.map((name) => ({ name })),
    prefix,
  ).items.map(({ name }) => name)

it('prepends the prefix and replaces other characters', () => {
  expect(namesOf(['create-issue', 'issues/list', 'día'])).toEqual([
    'github_create-issue',
    'github_issues_list',
    'github_d_a',
  ])
})

it('shortens a long name with a hash that stays the same', () => {
  const [first = '', second = ''] = namesOf([`${'x'.repeat(60)}a`, `${'x'.repeat(60)}b`])
  expect(first).toMatch(/^github_x{36}_[a-z0-9]{6}$/)
  expect(second).not.toBe(first)
  expect(namesOf([`${'x'.repeat(60)}a`])).toEqual([first])
})

it('disambiguates names, keeps the exact one, and reports it', () => {
  const { items, problems } = nameItems([{ name: 'a.b' }, { name: 'a_b' }, { name: 'a/b' }], '')
  expect(items.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^a_b_\w{6}$/),
    'a_b',
    expect.stringMatching(/^a_b_\w{6}$/),
  ])
  expect(problems).toEqual([
    expect.stringContaining('"a.b" is "a_b_'),
    expect.stringContaining('"a/b" is "a_b_'),
  ])
})

it('offers a tool that is listed twice once', () => {
  expect(nameItems([{ name: 'a' }, { name: 'a' }], '')).toMatchObject({
    items: [{ name: 'a' }],
    problems: ['The server lists "a" twice. Only the first is offered.'],
  })
})

it('returns valid, unique names that do not depend on the order', () => {
  const lists = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 80 }), { maxLength: 8 })
  fc.assert(
    fc.property(lists, (names) => {
      const named = namesOf(names, 'srv_')
      expect(new Set(named).size).toBe(named.length)
      for (const name of named) expect(name).toMatch(/^[A-Za-z0-9_-]{1,50}$/)
      expect(namesOf(names.toReversed(), 'srv_').toSorted()).toEqual(named.toSorted())
    }),
  )
})
