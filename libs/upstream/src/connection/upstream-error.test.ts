import { SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'

import { isSessionLost, toUpstreamError } from './upstream-error.ts'

/** Returns the error of the SDK for a response with an HTTP error status. */
function httpError(status: number, text: string): SdkHttpError {
  const message = `Error POSTing to endpoint: ${text}`
  return new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, message, {
    status,
    statusText: '',
    text,
  })
}

const body = (code: number, message: string) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message } })

it.each([
  ['an empty body', ''],
  ['a page', '<h1>Not Found</h1>'],
  ['the error of a lost session', body(-32_001, 'Session not found')],
])('treats status 404 with %s as a lost session', (_name, text) => {
  expect(isSessionLost(httpError(404, text))).toBe(true)
})

it('does not treat the status 404 of an unknown method as a lost session', () => {
  const error = httpError(404, body(-32_601, 'Method not found'))
  expect(isSessionLost(error)).toBe(false)
  expect(toUpstreamError(error, 'sample')).toMatchObject({
    code: 'upstream-error',
    message: 'The server "sample" returned an error: Method not found',
    details: { server: 'sample', rpc: { code: -32_601, message: 'Method not found' } },
  })
})
