import { expect, it } from 'vitest'

import { createToolFilter } from './tool-filter.ts'

it('permits everything by default', () => {
  expect(createToolFilter({ deny: [] })('anything')).toBe(true)
})

it('permits only what allow matches', () => {
  const permits = createToolFilter({ allow: ['get_*', 'list?'], deny: [] })
  expect(['get_a', 'get_', 'list1', 'list', 'xget_a', 'GET_a'].map(permits)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

it('lets deny take precedence over allow', () => {
  expect(createToolFilter({ allow: ['*'], deny: ['delete_*'] })('delete_all')).toBe(false)
})

it('treats other characters of a pattern as themselves', () => {
  const permits = createToolFilter({ allow: ['a.b(c)[d]'], deny: [] })
  expect([permits('a.b(c)[d]'), permits('aXb(c)[d]')]).toEqual([true, false])
})
