import { createNotification } from '@mcp/protocol'
import { createSharedMemoryStores } from '@mcp/session-manager'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { askingServer } from './fixtures/asking-server.ts'
import { readEvents } from './fixtures/read-events.ts'
import type { ConnectOptions, TestService } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

/** Two session managers on shared stores, and a function that sends each request to the other one. */
function start(onCancel?: () => void, onWait?: () => void) {
  const stores = createSharedMemoryStores()
  const [first, second] = [stores.open(), stores.open()].map((each) =>
    createTestService({
      servers: [askingServer(onCancel, onWait)],
      manager: { stores: each },
      service: { secret: 'a-secret-of-all-processes-of-this-test' },
    }),
  )
  if (first === undefined || second === undefined) throw new Error('No services')
  open.push(first, second)
  const turns = [first, second]
  const fetch = (request: Request): Promise<Response> => {
    turns.reverse()
    return (turns[0] ?? first).manager.fetch(request)
  }
  const connect = (era: 'legacy' | 'modern', options: ConnectOptions = {}) =>
    first.connect(era, { path: '/mcp/asking', fetch, ...options })
  return { first, second, connect }
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  },
}

const toolCall = (id: number, name: string, meta: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {}, ...meta },
})

async function openSession(service: TestService): Promise<Record<string, string>> {
  const response = await service.send('POST', { body: initialize })
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
}

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  it('is asked by one process, and responds to the other', async () => {
    const { connect } = start()
    const names = ['Ada', 'Lovelace', 'Ada', 'Lovelace']
    const client = await connect(era, {
      capabilities: { elicitation: {} },
      prepare: (each) =>
        each.setRequestHandler('elicitation/create', () => ({
          action: 'accept',
          content: { name: names.shift() ?? '' },
        })),
    })
    // One request more or less decides which process the responses reach.
    for (const name of ['asking_twice', 'asking_twice']) {
      const { content } = await client.callTool({ name, arguments: {} })
      expect(content).toEqual([{ type: 'text', text: '["Ada","Lovelace"]' }])
      await client.listTools()
    }
  })
})

it('cancels a call that the other process runs', async () => {
  const cancelled = vi.fn<() => void>()
  const { promise: waiting, resolve } = Promise.withResolvers<void>()
  const { first, second } = start(cancelled, resolve)
  const headers = await openSession(first)
  const calling = first.send('POST', { headers, body: toolCall(7, 'asking_wait') })
  await waiting
  const cancel = { method: 'notifications/cancelled', params: { requestId: 7 } }
  const response = await second.send('POST', { headers, body: { jsonrpc: '2.0', ...cancel } })
  expect(response.status).toBe(202)
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce())
  expect(await (await calling).json()).toMatchObject({ id: 7, result: { isError: true } })
})

it('resumes the stream of a call that the other process runs', async () => {
  const { first, second } = start()
  const headers = await openSession(first)
  const accept = 'text/event-stream, application/json'
  const stream = readEvents(
    await first.send('POST', { headers: { ...headers, accept }, body: toolCall(3, 'asking_form') }),
  )
  await stream.next()
  const asked = await stream.next()
  expect(asked?.message).toMatchObject({ method: 'elicitation/create' })
  await stream.cut()
  const resumed = readEvents(
    await second.send('GET', { headers: { ...headers, 'last-event-id': asked?.id ?? '' } }),
  )
  expect(await resumed.next()).toEqual({ id: asked?.id, message: undefined })
  const result = { action: 'accept', content: { name: 'Ada' } }
  const response = { jsonrpc: '2.0', id: asked?.message?.['id'], result }
  expect((await second.send('POST', { headers, body: response })).status).toBe(202)
  expect((await resumed.next())?.message).toMatchObject({
    id: 3,
    result: { structuredContent: result },
  })
  expect(await resumed.next()).toBeUndefined()
})

it('responds with an error to a call whose process has ended', async () => {
  const { first, second } = start()
  const headers = await openSession(first)
  const id = `call-${crypto.randomUUID()}.9_2`
  const resumed = readEvents(
    await second.send('GET', { headers: { ...headers, 'last-event-id': id } }),
  )
  expect((await resumed.next())?.message).toMatchObject({
    id: 9,
    error: { data: { reason: 'outcome-unknown' } },
  })
})

it('notifies once, and ends the GET stream of the other process', async () => {
  const { first, second } = start()
  const headers = await openSession(first)
  const older = readEvents(await first.send('GET', { headers }))
  await older.next()
  const newer = readEvents(await second.send('GET', { headers }))
  await newer.next()
  expect(await older.next()).toBeUndefined()
  const notification = createNotification('resource-list-changed', {})
  await first.manager.publish(headers['mcp-session-id'] ?? '', notification)
  expect((await newer.next())?.message).toMatchObject({
    method: 'notifications/resources/list_changed',
  })
  await newer.cut()
})

it('uses the level of log messages that was set in the other process', async () => {
  const { first, second } = start()
  const headers = await openSession(first)
  const setLevel = { method: 'logging/setLevel', params: { level: 'emergency' } }
  await first.send('POST', { headers, body: { jsonrpc: '2.0', id: 2, ...setLevel } })
  const call = async (id: number) =>
    (await second.send('POST', { headers, body: toolCall(id, 'asking_log') })).text()
  // The first request makes the session known to the other process.
  await second.send('POST', { headers, body: { jsonrpc: '2.0', id: 3, method: 'ping' } })
  expect(await call(4)).not.toContain('shown')
  await first.send('POST', {
    headers,
    body: { jsonrpc: '2.0', id: 5, ...setLevel, params: { level: 'debug' } },
  })
  expect(await call(6)).toContain('shown')
})

it('ends the session in both processes', async () => {
  const { first, second } = start()
  const headers = await openSession(first)
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' }
  expect((await second.send('POST', { headers, body: ping })).status).toBe(200)
  expect((await second.send('DELETE', { headers })).status).toBe(200)
  expect((await first.send('POST', { headers, body: ping })).status).toBe(404)
})
