import { afterEach, expect, it, vi } from 'vitest'

import type { EventReader } from '../fixtures/read-events.ts'
import { readEvents } from '../fixtures/read-events.ts'
import type { TestService } from '../fixtures/test-service.ts'
import { createTestService } from '../fixtures/test-service.ts'

let service: TestService
afterEach(() => service.close())

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

function send(method: string, params: Readonly<Record<string, unknown>>): Promise<Response> {
  const { name } = params
  return service.send('POST', {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } },
  })
}

async function listen(uris: readonly string[]): Promise<EventReader> {
  const notifications = { resourceSubscriptions: uris }
  const stream = readEvents(await send('subscriptions/listen', { notifications }))
  return stream
}

async function callTool(name: string, args: object): Promise<Record<string, unknown>> {
  const response = await send('tools/call', { name, arguments: args })
  const { result } = Object(await response.json())
  return Object(result).structuredContent
}

const uri = 'memory:///a'

it('shares the subscription of a resource with other streams, until the last one ends', async () => {
  service = createTestService()
  const [first, second] = [await listen([uri]), await listen([uri])]
  for (const stream of [first, second]) {
    expect((await stream.next())?.message).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
    })
  }
  await first.cut()
  await callTool('resources_create', { resource: uri, content: 'a' })
  expect((await second.next())?.message).toMatchObject({ params: { uri } })
  await second.cut()
  await vi.waitFor(async () => {
    const { subscriptions } = await callTool('call_tool', {
      name: 'resources_unsubscribe',
      arguments: { resource: 'memory:///other' },
    })
    expect(subscriptions).toBe(0)
  })
})

it('limits the streams of a principal, also if they open at the same time', async () => {
  service = createTestService({ manager: { limits: { maxStreamsPerSession: 3 } } })
  const streams = await Promise.all(Array.from({ length: 10 }, () => listen([uri])))
  const first = await Promise.all(streams.map((stream) => stream.next()))
  const acknowledged = first.filter((event) => event?.message?.['method'] !== undefined)
  const refused = first.filter((event) => event?.message?.['error'] !== undefined)
  expect(acknowledged).toHaveLength(3)
  expect(refused).toHaveLength(7)
  await Promise.all(streams.map((stream) => stream.cut()))
})

it('refuses more than 1,000 resources', async () => {
  service = createTestService()
  const uris = Array.from({ length: 1001 }, (_, index) => `memory:///${index}`)
  const response = await send('subscriptions/listen', {
    notifications: { resourceSubscriptions: uris },
  })
  expect(await response.json()).toMatchObject({ id: 1, error: { code: -32_602 } })
})
