import fc from 'fast-check'
import { expect, it } from 'vitest'

import { flatten, unflatten } from '../objects/flatten.ts'
import { formatPath, parsePath, readAt } from './data-path.ts'

const key = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'a.b', '[0]', '"'))

it('parses every path that it formats', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(key, fc.nat(1_000))), (path) => {
      expect(parsePath(formatPath(path), 'path')).toEqual(path)
    }),
  )
})

it('unflattens flattened data to the original', async () => {
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.string(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value
  await fc.assert(
    fc.asyncProperty(tree, async (data) => {
      const flat = await flatten.work({ data })
      expect(JSON.stringify(await unflatten.work({ data: flat }))).toBe(JSON.stringify(data))
    }),
  )
})

it.each(['a..b', '.a', 'a.', 'a[', 'a[x]', 'a[-1]', 'a]b', '[0', 'a"b', '["\\q"]', '["\n"]'])(
  'rejects the path %s',
  (text) => {
    expect(() => parsePath(text, 'by')).toThrow('invalid path')
  },
)

it('ignores inherited properties of objects, lists and strings', () => {
  expect(readAt({ a: [1] }, ['a', 0])).toBe(1)
  expect(readAt({}, ['constructor'])).toBeUndefined()
  expect(readAt({}, ['__proto__', 'toString'])).toBeUndefined()
  expect(readAt([1], ['length'])).toBeUndefined()
  expect(readAt('text', ['length'])).toBeUndefined()
})

it.each([
  [{ a: 1, 'a.b': 2 }, 'already has a value'],
  [{ 'a.b': 1, a: 2 }, 'already has a value'],
  [{ 'a[1001]': 1 }, 'must be less than 1001'],
  [{ 'a..b': 1 }, 'invalid path'],
  [{ ['a.'.repeat(200) + 'a']: 1 }, 'more than 128 steps'],
])('refuses to unflatten %j', async (data, message) => {
  await expect(async () => unflatten.work({ data })).rejects.toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining(message),
  })
})

it('sets inherited names as own keys', async () => {
  const data = JSON.parse('{"__proto__.polluted": 1, "constructor.prototype.polluted": 2}')
  expect(JSON.stringify(await unflatten.work({ data }))).toBe(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}',
  )
  expect({}).not.toHaveProperty('polluted')
})

it('keeps a key named __proto__', () => {
  const data: unknown = JSON.parse('{"__proto__": 1, "b": 2}')
  const parsed = unflatten.params.parse({ data })
  expect(JSON.stringify(parsed)).toBe('{"data":{"__proto__":1,"b":2}}')
})
