import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { failedRequest } from './failed-request.ts'

const request = { url: new URL('https://example.com/'), method: 'GET' }
const isOver = AbortSignal.abort(new DOMException('', 'TimeoutError'))

it('reports a timeout if the inner operation reports that it was cancelled', () => {
  const thrown = new McpError('cancelled', 'extract was cancelled.')
  expect(failedRequest(thrown, { ...request, signal: isOver })).toMatchObject({
    code: 'timeout',
    retryable: true,
    details: { reason: 'fetch-timeout' },
  })
})

it('reports the error that preceded the timeout', () => {
  const thrown = new McpError('forbidden', 'no')
  expect(failedRequest(thrown, { ...request, signal: isOver })).toBe(thrown)
})
