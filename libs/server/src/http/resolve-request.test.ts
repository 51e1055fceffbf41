import { createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { resolveRequest } from './resolve-request.ts'

const request = createRequest('tool-execution', { tool: 'x', operation: 'read' })
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

const headers = {
  'mcp-context-client': '{"capabilities":{"roots":{}},"logLevel":"error"}',
  'mcp-context-result-bytes': '1048576',
  'mcp-context-address': '2001%3Adb8%3A%3A%2F64',
  traceparent,
  tracestate: 'a=1',
}

function resolve(values: Readonly<Record<string, string>>, isInternal = true) {
  const raw = { header: (name: string) => values[name], peer: { isLoopback: isInternal } }
  return resolveRequest(raw, request, { isInternal, principal: undefined }, 1000).context
}

it('reads the client, the size limit of results, the address and the trace', () => {
  expect(resolve(headers)).toMatchObject({
    client: { capabilities: { roots: {} }, logLevel: 'error' },
    resultBytes: 1_048_576,
    address: '2001:db8::/64',
    trace: { traceparent, tracestate: 'a=1' },
  })
})

it('reads only the trace from the headers of an external caller', () => {
  expect(resolve(headers, false)).toEqual({
    deadline: 61_000,
    principal: undefined,
    address: undefined,
    trace: { traceparent, tracestate: 'a=1' },
  })
})

it('ignores a malformed trace', () => {
  expect(resolve({ traceparent: 'x', tracestate: 'a=1' }).trace).toBeUndefined()
})

it.each([
  ['mcp-context-client', '{"capabilities":5}'],
  ['mcp-context-client', '{'],
  ['mcp-context-result-bytes', 'much'],
  ['mcp-context-timeout-ms', ''],
])('rejects the header %s with the value %j', (header, value) => {
  expect(() => resolve({ [header]: value })).toThrow(
    expect.objectContaining({ code: 'invalid-request', details: { header } }),
  )
})
