import { expect, it } from 'vitest'

import { checkMatch } from './check-match.ts'

it('lets a change pass that names no state, or the one that is there', () => {
  expect(() => checkMatch('notes.md', undefined, 'v2')).not.toThrow()
  expect(() => checkMatch('notes.md', 'v2', 'v2')).not.toThrow()
})

it('refuses a change made from another state, and gives both', () => {
  expect(() => checkMatch('notes.md', 'v1', 'v2')).toThrow(
    expect.objectContaining({ code: 'conflict', details: { ifMatch: 'v1', current: 'v2' } }),
  )
  expect(() => checkMatch('notes.md', 'v1', undefined)).toThrow(/notes\.md is not there/)
})
