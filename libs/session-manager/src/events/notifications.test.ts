import { createNotification } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { TestManager, TestServer } from '../test-manager.fixture.ts'
import { createTestManager, createTestServer, numbersOf, take } from '../test-manager.fixture.ts'

let notes: TestServer
let service: TestManager
let id: string

beforeEach(async () => {
  notes = createTestServer({ add: { run: () => ({}) } })
  service = createTestManager({ servers: [notes], serviceToken: 'secret' })
  id = await service.open()
})

afterEach(() => service.close())

const asServer = { 'mcp-service-token': 'secret' }

function publish(number: number, to = id): Promise<void> {
  return service.manager.publish(to, createNotification('note-added', { number }))
}

describe('what servers tell', () => {
  it('reaches the sessions it names, without the list of them', async () => {
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

    const heard = await take(mine, 2)
    expect(numbersOf(heard)).toEqual([1, 2])
    expect(heard[0]?.data.metadata).toEqual({ version: '1.0', source: 'mcp-server-9' })
    expect(numbersOf(await take(others, 1))).toEqual([2])
    await mine.cut()
    await others.cut()
  })

  it('reaches only those who used the server when it restarted', async () => {
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

  it('cannot end a stream or answer for a person', async () => {
    const reader = await service.events(id)
    await reader.next()
    notes.emit(createNotification('session-closed', {}))
    notes.emit(createNotification('interaction-resolved', {}))
    await publish(1)
    expect(numbersOf(await take(reader, 1))).toEqual([1])
    await reader.cut()
  })
})

describe('what clients and servers publish over HTTP', () => {
  it('is filled in, and is the client’s whatever it says', async () => {
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
  ])('cannot be of the type %s', async (type) => {
    const response = await service.call('POST', `/sessions/${id}/notifications`, { type })
    expect(response.status).toBe(403)
    expect((await response.json()).error.details.reason).toBe('reserved-type')
  })

  it('may come from a server, for a session of somebody else and under its own name', async () => {
    const reader = await service.events(id)
    await reader.next()
    const body = { id: 'n-1', type: 'note-added', metadata: { source: 'mcp-server-1' } }
    for (let count = 0; count < 2; count++) {
      const path = `/sessions/${id}/notifications`
      expect((await service.call('POST', path, body, asServer)).status).toBe(202)
    }
    await publish(2)
    const events = await take(reader, 2)
    expect(events[0]?.data.metadata.source).toBe('mcp-server-1')
    expect(numbersOf(events)).toEqual([undefined, 2])
    await reader.cut()
  })

  it('reaches everybody if it shows the service token', async () => {
    const reader = await service.events(id)
    await reader.next()
    const body = { type: 'note-added', data: { number: 1 } }
    expect((await service.call('POST', '/notifications', body)).status).toBe(403)
    const wrong = { 'mcp-service-token': 'guess' }
    expect((await service.call('POST', '/notifications', body, wrong)).status).toBe(403)
    expect((await service.call('POST', '/notifications', body, asServer)).status).toBe(202)
    expect(numbersOf(await take(reader, 1))).toEqual([1])
    await reader.cut()
  })

  it.each(['session-closed', 'stream-closing', 'interaction-resolved', 'response'])(
    'may not be of type %s, whoever asks: only a session manager says that',
    async (type) => {
      for (const path of ['/notifications', `/sessions/${id}/notifications`]) {
        expect((await service.call('POST', path, { type }, asServer)).status).toBe(403)
      }
    },
  )

  it('says so to a server when the session is not there', async () => {
    const path = '/sessions/ses-none/notifications'
    const response = await service.call('POST', path, { type: 'note-added' }, asServer)
    expect(response.status).toBe(404)
  })
})
