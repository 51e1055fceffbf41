import { expect, it } from 'vitest'

import { checkMatch } from './check-match.ts'

it('accepts a change without a version, or with the current version', () => {
  expect(() => checkMatch('notes.md', undefined, 'v2')).not.toThrow()
  expect(() => checkMatch('notes.md', 'v2', 'v2')).not.toThrow()
})

it('throws conflict with both versions if the expected version is not the current one', () => {
  expect(() => checkMatch('notes.md', 'v1', 'v2')).toThrow(
    expect.objectContaining({ code: 'conflict', details: { ifMatch: 'v1', current: 'v2' } }),
  )
  expect(() => checkMatch('notes.md', 'v1', undefined)).toThrow(/notes\.md does not exist/)
})
