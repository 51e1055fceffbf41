import { createNotification } from '@mcp/protocol'
import { createMemoryStores } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import { askingServer } from '../fixtures/asking-server.ts'
import { readEvents } from '../fixtures/read-events.ts'
import type { TestService, TestServiceOptions } from '../fixtures/test-service.ts'
import { createTestService } from '../fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(options: TestServiceOptions = {}): TestService {
  const service = createTestService({ servers: [askingServer()], ...options })
  open.push(service)
  return service
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

async function openSession(service: TestService, path = '/mcp'): Promise<Record<string, string>> {
  const response = await service.send('POST', { path, body: initialize })
  expect(response.status).toBe(200)
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
}

const request = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

it('continues in another process with the same stores', async () => {
  const stores = createMemoryStores()
  const first = start({ manager: { stores } })
  const headers = await openSession(first)
  const second = start({ manager: { stores } })
  const called = await second.send('POST', {
    headers,
    body: request(2, 'tools/call', { name: 'calculator_add', arguments: { a: 2, b: 3 } }),
  })
  expect(await called.json()).toMatchObject({ result: { structuredContent: { result: 5 } } })
})

it('streams changes, and resumes the stream in another process', async () => {
  const stores = createMemoryStores()
  const first = start({ manager: { stores } })
  const headers = await openSession(first)
  const stream = readEvents(await first.send('GET', { headers }))
  expect((await stream.next())?.message).toBeUndefined()
  const publish = (service: TestService, uri: string) =>
    service.manager.publish(
      headers['mcp-session-id'] ?? '',
      createNotification('resource-updated', { uri, change: 'updated' }),
    )
  await publish(first, 'memory:///a')
  const event = await stream.next()
  expect(event?.message).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/resources/updated',
    params: { uri: 'memory:///a' },
  })
  await stream.cut()
  await publish(first, 'memory:///b')
  const second = start({ manager: { stores } })
  const resumed = readEvents(
    await second.send('GET', { headers: { ...headers, 'last-event-id': event?.id ?? '' } }),
  )
  // A client that is cut off now, before the next event, resumes from the same position.
  expect(await resumed.next()).toEqual({ id: event?.id, message: undefined })
  expect((await resumed.next())?.message).toMatchObject({ params: { uri: 'memory:///b' } })
  await publish(second, 'memory:///c')
  expect((await resumed.next())?.message).toMatchObject({ params: { uri: 'memory:///c' } })
  await resumed.cut()
})

it('ends the older GET stream when a newer one opens', async () => {
  const service = start()
  const headers = await openSession(service)
  const older = readEvents(await service.send('GET', { headers }))
  await older.next()
  const newer = await service.send('GET', { headers })
  expect(newer.status).toBe(200)
  expect(await older.next()).toBeUndefined()
  await newer.body?.cancel()
})

it('notifies a client of a resource that it subscribed to', async () => {
  const service = start()
  const client = await service.connect('legacy')
  const updated = Promise.withResolvers<unknown>()
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    updated.resolve(params)
  })
  const uri = 'memory:///notes/a.md'
  const change = (name: string, content: string) =>
    client.callTool({ name, arguments: { resource: uri, content } })
  await change('resources_create', 'one')
  await client.subscribeResource({ uri })
  await change('resources_update', 'two')
  expect(await updated.promise).toMatchObject({ uri })
  await client.unsubscribeResource({ uri })
})

it('resumes the stream of a call whose connection was lost', async () => {
  const service = start()
  const headers = await openSession(service, '/mcp/asking')
  const calling = await service.send('POST', {
    path: '/mcp/asking',
    headers,
    body: request(2, 'tools/call', { name: 'asking_form', arguments: {} }),
  })
  const stream = readEvents(calling)
  const primed = await stream.next()
  const asked = await stream.next()
  expect(asked?.message).toMatchObject({ method: 'elicitation/create' })
  await stream.cut()
  const respond = {
    jsonrpc: '2.0',
    id: asked?.message?.['id'],
    result: { action: 'accept', content: { name: 'Ada' } },
  }
  const accepted = await service.send('POST', { path: '/mcp/asking', headers, body: respond })
  expect(accepted.status).toBe(202)
  const resumed = readEvents(
    await service.send('GET', {
      path: '/mcp/asking',
      headers: { ...headers, 'last-event-id': primed?.id ?? '' },
    }),
  )
  expect(await resumed.next()).toEqual({ id: primed?.id, message: undefined })
  expect((await resumed.next())?.message).toEqual(asked?.message)
  expect((await resumed.next())?.message).toMatchObject({
    id: 2,
    result: { structuredContent: { action: 'accept' } },
  })
  expect(await resumed.next()).toBeUndefined()
})

it('ignores a response to a question of another session', async () => {
  const service = start()
  const path = '/mcp/asking'
  const headers = await openSession(service, path)
  const other = await openSession(service, path)
  const stream = readEvents(
    await service.send('POST', {
      path,
      headers,
      body: request(2, 'tools/call', { name: 'asking_form', arguments: {} }),
    }),
  )
  await stream.next()
  const asked = await stream.next()
  const respond = (own: Record<string, string>, name: string) =>
    service.send('POST', {
      path,
      headers: own,
      body: {
        jsonrpc: '2.0',
        id: asked?.message?.['id'],
        result: { action: 'accept', content: { name } },
      },
    })
  await respond(other, 'Eve')
  await respond(headers, 'Ada')
  expect((await stream.next())?.message).toMatchObject({
    result: { structuredContent: { content: { name: 'Ada' } } },
  })
})

it('ends with DELETE', async () => {
  const service = start()
  const headers = await openSession(service)
  expect((await service.send('DELETE', { headers })).status).toBe(200)
  const response = await service.send('POST', { headers, body: request(2, 'ping') })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: -32001 } })
})

it('has an array as the response to a batch', async () => {
  const service = start()
  const headers = await openSession(service)
  const response = await service.send('POST', {
    headers,
    body: [
      request(2, 'ping'),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      request(3, 'nothing'),
    ],
  })
  expect(await response.json()).toMatchObject([
    { id: 2, result: {} },
    { id: 3, error: { code: -32601 } },
  ])
})
