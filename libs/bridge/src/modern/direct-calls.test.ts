import { isRecord } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import type { TestService } from '../fixtures/test-service.ts'
import { createTestService } from '../fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
}

async function send(service: TestService, method: string, params: object, path = '/mcp') {
  const name = isRecord(params) ? params['name'] : undefined
  const response = await service.send('POST', {
    path,
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: { jsonrpc: '2.0', id: 'a', method, params: { ...params, _meta: meta } },
  })
  const body: unknown = await response.json()
  return { status: response.status, type: response.headers.get('content-type'), body }
}

it.each([
  ['tools/list', {}, '/mcp'],
  ['tools/list', {}, '/mcp/all'],
  ['tools/list', {}, '/mcp/search'],
  ['tools/call', { name: 'calculator_add', arguments: { a: 2, b: 3 } }, '/mcp'],
  ['tools/call', { name: 'calculator_statistics', arguments: { values: [1, 2, 3] } }, '/mcp'],
  ['tools/call', { name: 'calculator_add', arguments: { a: 'x' } }, '/mcp'],
  ['tools/call', { name: 'calculator_divide', arguments: { a: 1, b: 0 } }, '/mcp/tools'],
  ['tools/call', { name: 'resources_read', arguments: { resource: 'memory:///none' } }, '/mcp'],
  ['tools/call', { name: 'resources_list' }, '/mcp'],
])('responds to %s %j at %s as the SDK does', async (method, params, path) => {
  const service = createTestService()
  open.push(service)
  // A parameter that the standard does not define makes the SDK serve the request.
  const viaSdk = await send(service, method, { ...params, unknown: true }, path)
  const direct = await send(service, method, params, path)
  expect(direct).toEqual(viaSdk)
  expect(direct.status).toBe(200)
})
