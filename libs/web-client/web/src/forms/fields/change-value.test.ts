import { describe, expect, it } from 'vitest'

import {
  lineEndOf,
  memberOf,
  withItem,
  withMember,
  withName,
  withoutUndefined,
} from './change-value.ts'

describe('a record', () => {
  it('keeps the order of its members, and adds a new one at the end', () => {
    expect(JSON.stringify(withMember({ b: 1, a: 2 }, 'b', 3, true))).toBe('{"b":3,"a":2}')
    expect(JSON.stringify(withMember({ b: 1 }, 'a', 2, true))).toBe('{"b":1,"a":2}')
  })

  it('becomes undefined without members if it is nested', () => {
    expect(withMember({ a: 1 }, 'a', undefined, true)).toBeUndefined()
    expect(withMember({ a: 1 }, 'a', undefined, false)).toEqual({})
    expect(withMember({}, 'a', undefined, true)).toEqual({})
  })

  it.each(['constructor', 'toString', '__proto__'])('has no member %s of its own', (name) => {
    expect(memberOf({}, name)).toBeUndefined()
    const changed = withMember({}, name, 'x', false) ?? {}
    expect(memberOf(changed, name)).toBe('x')
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype)
  })

  it('refuses a name that is in use', () => {
    expect(withName({ a: 1, b: 2 }, 'a', 'c')).toEqual({ c: 1, b: 2 })
    expect(withName({ a: 1, b: 2 }, 'a', 'b')).toBeUndefined()
  })
})

it('leaves out the last items of a list that are not set', () => {
  expect(withItem([1], 2, 'c')).toEqual([1, undefined, 'c'])
  expect(withItem([1, 2, 3], 2, undefined)).toEqual([1, 2])
  expect(withItem([undefined], 0, undefined)).toEqual([])
})

it.each([
  ['a\nb', '\n'],
  ['', '\n'],
  ['a\r\nb\r\n', '\r\n'],
  ['a\r\nb\n', undefined],
  ['a\rb', undefined],
])('reads the line end of %j', (text, end) => {
  expect(lineEndOf(text)).toBe(end)
})

it('removes undefined members', () => {
  expect(withoutUndefined({ a: undefined, b: [{ c: undefined, d: '' }], e: null })).toEqual({
    b: [{ d: '' }],
    e: null,
  })
})
