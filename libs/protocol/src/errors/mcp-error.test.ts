import { expect, it } from 'vitest'

import { errorCodeInfo, errorCodes } from './error-codes.ts'
import { McpError } from './mcp-error.ts'

it('is recognised across two copies of the package', () => {
  const foreign = { [Symbol.for('@mcp/protocol/error')]: true }
  expect(McpError.is(foreign)).toBe(true)
  expect(McpError.is(new Error('other'))).toBe(false)
  expect(McpError.is(null)).toBe(false)
})

it('hides the text of unexpected failures behind an incident id', () => {
  const error = McpError.from(new Error('the database password is hunter2'))
  expect(error.code).toBe('internal')
  expect(JSON.stringify(error.toBody())).not.toContain('hunter2')
  expect(error.message).toContain(String(error.details?.['incident']))
  expect(error.cause).toBeInstanceOf(Error)
})

it('returns an McpError unchanged', () => {
  const error = new McpError('not-found', 'No such tool.')
  expect(McpError.from(error)).toBe(error)
})

it('survives conversion to a body and back', () => {
  const error = new McpError('x-quota', 'Too much.', { retryable: true, details: { limit: 3 } })
  expect(McpError.fromBody(error.toBody()).toBody()).toEqual(error.toBody())
})

it.each([null, 'oops', {}, { code: 'made-up', message: 'm', retryable: false }])(
  'converts the malformed body %j to upstream-error',
  (body) => {
    expect(McpError.fromBody(body).code).toBe('upstream-error')
  },
)

it('uses no JSON-RPC code of the reserved range', () => {
  const own = Object.values(errorCodes).filter(({ jsonRpc }) => jsonRpc > -32000)
  expect(own.every(({ http, jsonRpc }) => jsonRpc === -31000 - http)).toBe(true)
})

it('maps the x- codes of servers to 422', () => {
  expect(errorCodeInfo('x-quota')).toEqual({ http: 422, jsonRpc: -31422, retryable: false })
})
