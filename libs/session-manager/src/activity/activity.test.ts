import { createNotification, McpError } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import { createManualClock } from '@mcp/protocol/testing'
import { createTestManager, createTestServer, readEvents, take } from '../test-manager.fixture.ts'
import type { TestManager, TestManagerOptions } from '../test-manager.fixture.ts'
import type { ActivityEntry } from './activity-entry.ts'

const open: TestManager[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((manager) => manager.close()))
})

function start(options: TestManagerOptions = {}) {
  const server = createTestServer({
    add: { hints: { readOnly: true }, run: () => ({ result: 5 }) },
    write: { run: ({ payload }) => ({ result: payload['params'] }) },
    fail: {
      run() {
        throw new McpError('not-found', 'Note not found.')
      },
    },
    ask: {
      async run(_request, { ask }) {
        const response = await ask?.({ kind: 'approval', message: 'Delete the note?' })
        return { result: response?.action }
      },
    },
    long: { run: () => ({ result: 'x'.repeat(20_000) }) },
  })
  const service = createTestManager({ servers: [server], ...options })
  open.push(service)
  return { ...service, server }
}

type Service = ReturnType<typeof start>

async function pageOf(
  service: Service,
  sessionId: string,
  query = '',
): Promise<{ entries: ActivityEntry[]; nextCursor?: string; last: number }> {
  return (await service.call('GET', `/sessions/${sessionId}/activity${query}`)).json()
}

async function streamOf(service: Service, sessionId: string, lastEventId?: string) {
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  return readEvents(
    await service.call('GET', `/sessions/${sessionId}/activity`, undefined, headers),
  )
}

const params = { text: 'milk', apiKey: 'sk-123' }

it('contains requests and responses in order, without previews before it has a reader', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'write', { id: 'req-1', params })
  await service.request(sessionId, 'fail', { id: 'req-2' })
  const { entries } = await pageOf(service, sessionId)
  const shared = { server: 'notes', at: expect.any(String), from: expect.any(String) }
  const bytes = expect.any(Number)
  expect(entries).toEqual([
    { ...shared, seq: 1, kind: 'request', id: 'req-1', operation: 'write', bytes },
    {
      ...shared,
      seq: 2,
      kind: 'response',
      id: 'req-1',
      operation: 'write',
      status: 'success',
      durationMs: expect.any(Number),
      bytes,
    },
    { ...shared, seq: 3, kind: 'request', id: 'req-2', operation: 'fail', bytes },
    expect.objectContaining({ seq: 4, kind: 'response', id: 'req-2', status: 'not-found' }),
  ])
})

it('adds previews after the first page, and reports the last position', async () => {
  const service = start()
  const sessionId = await service.open()
  expect(await pageOf(service, sessionId)).toEqual({ entries: [], last: 0 })
  await service.request(sessionId, 'write', { params })
  const { entries, last } = await pageOf(service, sessionId)
  expect(entries.map(({ preview }) => preview)).toEqual([
    expect.stringContaining('"text":"milk"'),
    expect.stringContaining('"text":"milk"'),
  ])
  expect(last).toBe(2)
})

it('streams new entries with previews, and returns a whole content by its position', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  const stream = await streamOf(service, sessionId)
  const [opened] = await take(stream, 1)
  expect(opened).toMatchObject({ event: 'stream-open', id: '2' })
  await service.request(sessionId, 'long', { params })
  const [request, response] = await take(stream, 2)
  expect(request).toMatchObject({ id: '3', event: 'activity', data: { kind: 'request' } })
  expect(Object(request?.data).preview).toContain('"apiKey":"[secret]"')
  const { preview } = Object(response?.data)
  expect(preview.length).toBeLessThanOrEqual(4097)
  const whole = await service.call('GET', `/sessions/${sessionId}/activity/4`)
  expect(await whole.json()).toMatchObject({ seq: 4, content: { result: 'x'.repeat(20_000) } })
  await stream.cut()
})

it('shows the requests of all clients of a session, with their names', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'add', { metadata: { source: 'my-app' } })
  await service.manager.handle(
    sessionId,
    { ...requestOf('add'), id: 'req-mcp' },
    { client: { capabilities: {}, info: { name: 'editor', version: '1' } }, isRecorded: false },
  )
  const { entries } = await pageOf(service, sessionId)
  const requests = entries.filter(({ kind }) => kind === 'request')
  expect(requests.map(({ from }) => from)).toEqual(['my-app', 'editor'])
})

function requestOf(operation: string) {
  return {
    id: 'req-1',
    timestamp: new Date().toISOString(),
    type: 'note-keeping',
    payload: { operation, params: {} },
    metadata: { version: '1.0', source: 'test' },
  }
}

it('contains notifications of servers, also of those to all sessions', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  service.server.emit(createNotification('note-added', { number: 1 }, { source: 'mcp-server-9' }))
  const own = createNotification('note-moved', {}, { metadata: { sessionIds: [sessionId] } })
  service.server.emit(own)
  const { entries } = await pageOf(service, sessionId)
  expect(entries.slice(2)).toMatchObject([
    { seq: 3, kind: 'notification', operation: 'note-added', from: 'mcp-server-9' },
    { seq: 4, kind: 'notification', operation: 'note-moved', id: own.id },
  ])
})

it('dates a notification to all sessions when it is sent, not when an entry is read', async () => {
  const clock = createManualClock()
  const service = start({ clock })
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  const sentAt = clock.now()
  service.server.emit(createNotification('note-added', { number: 1 }))
  clock.advance(5000)
  const { entries } = await pageOf(service, sessionId)
  expect(entries.at(-1)).toMatchObject({
    operation: 'note-added',
    at: new Date(sentAt).toISOString(),
  })
})

it('previews a notification to all sessions in an open stream', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  const stream = await streamOf(service, sessionId)
  await take(stream, 1)
  service.server.emit(createNotification('note-added', { number: 1 }))
  const [entry] = await take(stream, 1)
  expect(entry).toMatchObject({ data: { operation: 'note-added', preview: '{"number":1}' } })
  await stream.cut()
})

it('contains interactions and their resolutions', async () => {
  const service = start()
  const sessionId = await service.open()
  const asking = service.request(sessionId, 'ask')
  await vi.waitFor(async () => {
    const { entries } = await pageOf(service, sessionId)
    expect(entries.at(-1)).toMatchObject({ kind: 'interaction', status: 'required' })
  })
  const { entries } = await pageOf(service, sessionId)
  const path = `/sessions/${sessionId}/interactions/${entries.at(-1)?.id}`
  await service.call('POST', path, { action: 'decline' })
  await asking
  const after = await pageOf(service, sessionId)
  expect(after.entries).toMatchObject([
    { kind: 'request' },
    { kind: 'interaction', operation: 'approval', status: 'required' },
    { kind: 'interaction', status: 'decline' },
    { kind: 'response' },
  ])
})

it('contains questions that go to an MCP client directly', async () => {
  const service = start()
  const sessionId = await service.open()
  const ask = async () => ({ action: 'accept' as const })
  await service.manager.handle(sessionId, requestOf('ask'), { ask })
  const { entries } = await pageOf(service, sessionId)
  expect(entries.map(({ kind, status }) => [kind, status])).toEqual([
    ['request', undefined],
    ['interaction', 'required'],
    ['interaction', 'accept'],
    ['response', 'success'],
  ])
})

it('contains the calls of models that a client reports', async () => {
  const service = start()
  const sessionId = await service.open()
  const call = { id: 'run-1', provider: 'openai', model: 'small', durationMs: 12 }
  const path = `/sessions/${sessionId}/activity`
  expect((await service.call('POST', path, call)).status).toBe(204)
  expect((await service.call('POST', path, { id: '' })).status).toBe(400)
  expect((await pageOf(service, sessionId)).entries).toMatchObject([
    { kind: 'model', server: 'openai', operation: 'small', status: 'success', durationMs: 12 },
  ])
})

it('resumes a stream without a missing or repeated entry', async () => {
  const service = start()
  const sessionId = await service.open()
  let lastId = '0'
  const seen: number[] = []
  for (let round = 0; round < 5; round++) {
    const stream = await streamOf(service, sessionId, lastId)
    const requests = Array.from({ length: 3 }, () => service.request(sessionId, 'add'))
    for (let count = 0; count < 2 + round;) {
      const [event] = await take(stream, 1)
      if (event?.event !== 'activity') continue
      count++
      lastId = event.id ?? ''
      seen.push(Number(lastId))
    }
    await stream.cut()
    await Promise.all(requests)
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1))
})

it('limits the entries and reports the gap to a reader that resumes before it', async () => {
  const service = start()
  const sessionId = await service.open()
  for (let count = 0; count < 2600; count++) {
    await service.manager.handle(sessionId, { ...requestOf('add'), id: `req-${count}` })
  }
  const { entries, nextCursor } = await pageOf(service, sessionId, '?limit=10')
  expect(entries[0]?.seq).toBe(201)
  expect(nextCursor).toBe('210')
  const stream = await streamOf(service, sessionId, '5')
  const events = await take(stream, 3)
  expect(events).toMatchObject([
    { event: 'stream-open' },
    { event: 'stream-gap', data: { data: { after: '5', before: '201' } } },
    { event: 'activity', id: '201' },
  ])
  await stream.cut()
  expect((await service.call('GET', `/sessions/${sessionId}/activity/1`)).status).toBe(404)
})

it('overwrites the oldest entries completely, beyond the maximum', async () => {
  const service = start({ limits: { maxActivityEntries: 4 } })
  const sessionId = await service.open()
  const stream = await streamOf(service, sessionId)
  await service.request(sessionId, 'fail', { params })
  await service.request(sessionId, 'add')
  expect(await take(stream, 5)).toMatchObject([{ event: 'stream-open' }, {}, {}, {}, {}])
  await stream.cut()
  service.server.emit(createNotification('note-added', { number: 1 }))
  await service.request(sessionId, 'add')
  const { entries } = await pageOf(service, sessionId)
  expect(entries).toMatchObject([
    { seq: 4, kind: 'response', status: 'success' },
    { seq: 5, kind: 'notification', operation: 'note-added' },
    { seq: 6, kind: 'request', operation: 'add' },
    { seq: 7, kind: 'response', operation: 'add' },
  ])
  for (const entry of entries.slice(1, 3)) {
    expect(entry).not.toHaveProperty('status')
    expect(entry).not.toHaveProperty('durationMs')
  }
  expect(entries[1]).not.toHaveProperty('server')
})

it('leaves the entry unchanged that has overwritten the one of a request in flight', async () => {
  const service = start({ limits: { maxActivityEntries: 4 } })
  const sessionId = await service.open()
  const asking = service.request(sessionId, 'ask')
  await vi.waitFor(async () => {
    expect((await pageOf(service, sessionId)).entries).toHaveLength(2)
  })
  const { entries } = await pageOf(service, sessionId)
  for (let count = 0; count < 4; count++) {
    service.server.emit(createNotification('note-added', {}))
  }
  const path = `/sessions/${sessionId}/interactions/${entries.at(-1)?.id}`
  await service.call('POST', path, { action: 'decline' })
  await asking
  const after = (await pageOf(service, sessionId)).entries
  expect(after.map(({ kind, operation }) => [kind, operation])).toEqual([
    ['notification', 'note-added'],
    ['notification', 'note-added'],
    ['interaction', expect.any(String)],
    ['response', 'ask'],
  ])
  expect(after[3]).toMatchObject({ server: 'notes', durationMs: expect.any(Number) })
  for (const entry of after.slice(0, 2)) expect(entry).not.toHaveProperty('server')
})

it('records nothing if the maximum number of entries is 0', async () => {
  const service = start({ limits: { maxActivityEntries: 0 } })
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  expect(await pageOf(service, sessionId)).toEqual({ entries: [], last: 0 })
  service.server.emit(createNotification('note-added', {}))
  expect(await pageOf(service, sessionId)).toEqual({ entries: [], last: 0 })
})

it('reports a gap for a position from the future, and refuses an invalid one', async () => {
  const service = start()
  const sessionId = await service.open()
  await service.request(sessionId, 'add')
  const stream = await streamOf(service, sessionId, '99')
  expect(await take(stream, 3)).toMatchObject([
    { event: 'stream-gap' },
    { event: 'stream-open' },
    { event: 'activity', id: '1' },
  ])
  await stream.cut()
  const path = `/sessions/${sessionId}/activity`
  const headers = { accept: 'text/event-stream', 'last-event-id': 'x' }
  expect((await service.call('GET', path, undefined, headers)).status).toBe(400)
  expect((await service.call('GET', `${path}?cursor=x`)).status).toBe(400)
  expect((await service.call('GET', `${path}/x`)).status).toBe(404)
})

it('limits the size of the contents that it retains', async () => {
  const service = start()
  const sessionId = await service.open()
  const stream = await streamOf(service, sessionId)
  await take(stream, 1)
  for (let count = 0; count < 30; count++) {
    const text = 'y'.repeat(500_000)
    await service.request(sessionId, 'write', { params: { text } })
    await take(stream, 2)
  }
  const { entries } = await pageOf(service, sessionId)
  expect(entries.length).toBeGreaterThan(8)
  expect(entries.length).toBeLessThan(20)
  await stream.cut()
})

it('returns 404 for a session of another caller and for one that has ended', async () => {
  const authenticate = (head: { header(name: string): string | undefined }) => ({
    id: head.header('authorization') ?? '',
  })
  const service = start({ authenticate })
  const ada = { authorization: 'ada' }
  const sessionId = await service.open({}, ada)
  const read = (headers: Record<string, string>) =>
    service.call('GET', `/sessions/${sessionId}/activity`, undefined, headers)
  expect((await read(ada)).status).toBe(200)
  expect((await read({ authorization: 'eve' })).status).toBe(404)
  const stream = readEvents(await read({ ...ada, accept: 'text/event-stream' }))
  await take(stream, 1)
  await service.call('DELETE', `/sessions/${sessionId}`, undefined, ada)
  expect(await take(stream, 2)).toMatchObject([{ event: 'session-closed' }])
  expect((await read(ada)).status).toBe(404)
})
