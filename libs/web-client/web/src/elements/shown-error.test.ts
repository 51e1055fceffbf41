import { McpError } from '@mcp/protocol/light'
import { expect, it } from 'vitest'

import { shownError } from './shown-error.ts'

it('returns a thrown error as it is', () => {
  const error = new McpError('not-found', 'No file is named "a".')
  expect(shownError(error)).toBe(error)
})

it('returns the error that a run has recorded', () => {
  const recorded = { code: 'invalid-params', message: 'divisor must not be zero', retryable: false }
  expect(shownError(recorded)).toMatchObject(recorded)
})

it('keeps the incident id of an unknown error', () => {
  const unknown = new TypeError('x is not a function')
  expect(shownError(unknown)).toMatchObject({ code: 'internal' })
  expect(shownError(unknown).message).toBe(shownError(unknown).message)
})

it('accepts a value that is not an object', () => {
  expect(shownError('broken')).toMatchObject({ code: 'internal' })
})
