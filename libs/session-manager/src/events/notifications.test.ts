import { createServiceSigner, serviceHeaders } from '@mcp/http'
import { createNotification, createRequest, systemClock } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createMemoryStores } from '../store/memory/memory-stores.ts'
import type { TestManager, TestServer } from '../test-manager.fixture.ts'
import { createTestManager, createTestServer, numbersOf, take } from '../test-manager.fixture.ts'

let notes: TestServer
let service: TestManager
let id: string

beforeEach(async () => {
  notes = createTestServer({ add: { run: () => ({}) } })
  service = createTestManager({ servers: [notes], serviceToken })
  id = await service.open()
})

afterEach(() => service.close())

const serviceToken = 'a secret of the services'
const sign = createServiceSigner({ serviceToken, audience: 'session-manager', clock: systemClock })

/** Returns the headers of a server that publishes to a path. */
function asServer(path: string): Record<string, string> {
  const { signature } = sign({ method: 'POST', path, header: () => undefined })
  return { [serviceHeaders.signature]: signature }
}

function publish(number: number, to = id): Promise<void> {
  return service.manager.publish(to, createNotification('note-added', { number }))
}

describe('a notification of a server', () => {
  it('reaches the sessions that it names, without their list', async () => {
    const other = await service.open()
    const mine = await service.events(id)
    const others = await service.events(other)
    await mine.next()
    await others.next()

    const metadata = { sessionIds: [id, 'ses-gone'] }
    notes.emit(
      createNotification('note-added', { number: 1 }, { metadata, source: 'mcp-server-9' }),
    )
    notes.emit(createNotification('note-added', { number: 2 }, { source: 'mcp-server-9' }))

    const received = await take(mine, 2)
    expect(numbersOf(received)).toEqual([1, 2])
    expect(received[0]?.data.metadata).toEqual({ version: '1.0', source: 'mcp-server-9' })
    expect(numbersOf(await take(others, 1))).toEqual([2])
    await mine.cut()
    await others.cut()
  })

  it('makes the server release a session that does not exist', async () => {
    const metadata = { sessionIds: [id, 'ses-gone'] }
    notes.emit(createNotification('note-added', { number: 1 }, { metadata }))
    await vi.waitFor(() => expect(notes.closedSessions).toEqual(['ses-gone']))
  })

  it('is in the log before the response to the request that caused it', async () => {
    const stores = createMemoryStores()
    const appending = Promise.withResolvers<void>()
    const order: string[] = []
    const events = {
      ...stores.events,
      async append(...event: Parameters<typeof stores.events.append>) {
        await appending.promise
        order.push('appended')
        return stores.events.append(...event)
      },
    }
    const server = createTestServer({
      add: {
        run: () => {
          const metadata = { sessionIds: [session] }
          server.emit(createNotification('note-added', { number: 1 }, { metadata }))
          return {}
        },
      },
    })
    const manager = createTestManager({ servers: [server], stores: { ...stores, events } })
    const session = await manager.open()
    const request = createRequest('note-keeping', { operation: 'add' })
    const handled = manager.manager.handle(session, request, { isRecorded: false })
    const responded = handled.then(({ status }) => order.push(status))
    await new Promise((resolve) => setImmediate(resolve))
    appending.resolve()
    await responded
    expect(order).toEqual(['appended', 'success'])
    await manager.close()
  })

  it('reaches only the sessions that used the server if it is server-restarted', async () => {
    const other = await service.open()
    await service.request(id, 'add')
    const mine = await service.events(id)
    const others = await service.events(other)
    await mine.next()
    await others.next()

    notes.emit(createNotification('server-restarted', { server: 'notes' }))
    await publish(1, 'all')

    expect((await take(mine, 2)).map(({ event }) => event)).toEqual([
      'server-restarted',
      'note-added',
    ])
    expect((await take(others, 1)).map(({ event }) => event)).toEqual(['note-added'])
    await mine.cut()
    await others.cut()
  })

  it('cannot end a stream or resolve an interaction', async () => {
    const reader = await service.events(id)
    await reader.next()
    notes.emit(createNotification('session-closed', {}))
    notes.emit(createNotification('interaction-resolved', {}))
    await publish(1)
    expect(numbersOf(await take(reader, 1))).toEqual([1])
    await reader.cut()
  })
})

describe('a notification that is published over HTTP', () => {
  it('is completed, with the client as its source whatever it claims', async () => {
    const reader = await service.events(id)
    await reader.next()
    const response = await service.call('POST', `/sessions/${id}/notifications`, {
      type: 'note-added',
      data: { number: 1 },
      metadata: { source: 'mcp-server-1', principal: 'eve', sessionIds: ['x'], colour: 'green' },
    })
    expect(response.status).toBe(202)
    expect((await reader.next())?.data).toEqual({
      id: expect.stringMatching(/^ntf-/),
      timestamp: expect.any(String),
      type: 'note-added',
      data: { number: 1 },
      metadata: { version: '1.0', source: 'mcp-client', colour: 'green' },
    })
    await reader.cut()
  })

  it.each([
    'session-closed',
    'stream-gap',
    'server-restarted',
    'interaction-required',
    'catalogue-changed',
    'progress',
    'chunk',
    'response',
    'error',
  ])('cannot be of the type %s', async (type) => {
    const response = await service.call('POST', `/sessions/${id}/notifications`, { type })
    expect(response.status).toBe(403)
    expect((await response.json()).error.details.reason).toBe('reserved-type')
  })

  it('may be published by a server to any session, with its own source', async () => {
    const reader = await service.events(id)
    await reader.next()
    const body = { id: 'n-1', type: 'note-added', metadata: { source: 'mcp-server-1' } }
    for (let count = 0; count < 2; count++) {
      const path = `/sessions/${id}/notifications`
      expect((await service.call('POST', path, body, asServer(path))).status).toBe(202)
    }
    await publish(2)
    const events = await take(reader, 2)
    expect(events[0]?.data.metadata.source).toBe('mcp-server-1')
    expect(numbersOf(events)).toEqual([undefined, 2])
    await reader.cut()
  })

  it('reaches every session if the caller signs its request', async () => {
    const reader = await service.events(id)
    await reader.next()
    const body = { type: 'note-added', data: { number: 1 } }
    expect((await service.call('POST', '/notifications', body)).status).toBe(403)
    const token = { 'mcp-service-token': serviceToken }
    expect((await service.call('POST', '/notifications', body, token)).status).toBe(403)
    const otherPath = asServer(`/sessions/${id}/notifications`)
    expect((await service.call('POST', '/notifications', body, otherPath)).status).toBe(403)
    expect(
      (await service.call('POST', '/notifications', body, asServer('/notifications'))).status,
    ).toBe(202)
    expect(numbersOf(await take(reader, 1))).toEqual([1])
    await reader.cut()
  })

  it.each(['session-closed', 'stream-closing', 'interaction-resolved', 'response'])(
    'cannot be of type %s, even from a server',
    async (type) => {
      for (const path of ['/notifications', `/sessions/${id}/notifications`]) {
        expect((await service.call('POST', path, { type }, asServer(path))).status).toBe(403)
      }
    },
  )

  it('returns 404 to a server for an unknown session', async () => {
    const path = '/sessions/ses-none/notifications'
    const response = await service.call('POST', path, { type: 'note-added' }, asServer(path))
    expect(response.status).toBe(404)
  })
})

it('is not checked for an ended session if another session manager has appended it', async () => {
  const stores = createMemoryStores()
  const notes = createTestServer({})
  const managers = [1, 2].map(() => createTestManager({ servers: [notes], stores }))
  const [here] = managers
  const session = (await here?.open()) ?? ''
  const read = vi.spyOn(stores.sessions, 'read')
  const metadata = { version: '1.0', source: 'notes', sessionIds: [session] }
  notes.emit({ ...createNotification('note-added', { number: 1 }), metadata })
  expect((await stores.events.read(session, '0', 10))?.events).toMatchObject([
    { type: 'note-added' },
  ])
  expect(read).not.toHaveBeenCalled()

  await stores.sessions.end(session, 'closed', Date.now())
  notes.emit({ ...createNotification('note-added', { number: 2 }), metadata })
  await vi.waitFor(() => expect(notes.closedSessions).toContain(session))
  for (const manager of managers) await manager.close()
})
