import { afterEach, expect, it } from 'vitest'

import type { TestService } from '../fixtures/test-service.ts'
import { createTestService } from '../fixtures/test-service.ts'

let service: TestService
afterEach(() => service.close())

/** Opens a session of a version, and lists the tools with an `Accept` header. */
async function listTools(accept: string, version = '2025-11-25'): Promise<Response> {
  service = createTestService()
  const params = {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const opened = await service.send('POST', {
    body: { jsonrpc: '2.0', id: 0, method: 'initialize', params },
  })
  const headers = { accept, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  return service.send('POST', { headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
}

it.each(['application/json, text/event-stream', '*/*'])(
  'responds with JSON to a client that accepts %s',
  async (accept) => {
    const response = await listTools(accept)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toHaveProperty('result.tools')
  },
)

it('responds with a resumable stream to a client that prefers one', async () => {
  const response = await listTools('text/event-stream, application/json')
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const text = await response.text()
  expect(text).toMatch(/^id: \S+_0\n/m)
  expect(text).toMatch(/^retry: \d+$/m)
  expect(text).toMatch(/^data: \{"jsonrpc":"2.0","id":1,"result":/m)
})

it('sends no event without data to a client that does not support it', async () => {
  const text = await (await listTools('text/event-stream, application/json', '2025-06-18')).text()
  expect(text.match(/^id: /gm)).toHaveLength(1)
})
