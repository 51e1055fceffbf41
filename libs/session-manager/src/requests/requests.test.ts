import { runRoute } from '@mcp/http'
import { createRequest, McpError } from '@mcp/protocol'
import type { RequestContext } from '@mcp/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createMemoryStores } from '../store/memory/memory-stores.ts'
import type { TestManager, TestServer } from '../test-manager.fixture.ts'
import { createTestManager, createTestServer, readEvents, take } from '../test-manager.fixture.ts'

let contexts: RequestContext[]
let release: () => void
let notes: TestServer
let service: TestManager
let id: string

beforeEach(async () => {
  contexts = []
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  notes = createTestServer({
    add: { run: ({ payload }) => ({ result: payload['params'] }) },
    read: { hints: { readOnly: true }, run: () => ({ result: 'a note' }) },
    wait: {
      async run(_request, context) {
        contexts.push(context)
        await released
        return { result: 'waited' }
      },
    },
    waitToRead: {
      hints: { readOnly: true },
      async run() {
        await released
        return { result: 'waited' }
      },
    },
    fail: {
      run() {
        throw new McpError('unavailable', 'Not now.')
      },
    },
    refuse: {
      run() {
        throw new McpError('not-found', 'No such note.')
      },
    },
    look: {
      run({ metadata }, { sessionId, principal, original }) {
        const text = new TextDecoder().decode(original?.body)
        return { metadata, sessionId, principal, original: text }
      },
    },
    stream: {
      run({ id: requestId }, { onEvent }) {
        onEvent?.({ type: 'progress', data: { requestId, progress: 1, total: 2 } })
        onEvent?.({ type: 'chunk', data: { requestId, chunk: 'half' } })
        return { result: 'whole' }
      },
    },
  })
  service = createTestManager({ servers: [notes] })
  id = await service.open()
})

afterEach(async () => {
  release()
  await service.close()
})

async function bodyOf(response: Promise<Response> | Response) {
  return (await response).json()
}

describe('a request', () => {
  it('returns the response envelope of the server', async () => {
    const response = await service.request(id, 'add', { id: 'r-1', params: { a: 2 } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      id: 'r-1',
      status: 'success',
      data: { result: { a: 2 } },
    })
  })

  it('returns an error with the HTTP status of its code', async () => {
    const response = await service.request(id, 'refuse', { id: 'r-1' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ id: 'r-1', error: { code: 'not-found' } })
  })

  it('needs only a type', async () => {
    const path = `/sessions/${id}/requests`
    const body = await bodyOf(service.call('POST', path, { type: 'note-keeping' }))
    expect(body).toMatchObject({ id: expect.stringMatching(/^req-/), error: { code: 'not-found' } })
  })

  it.each([
    ['not json', 'parse-error', 400],
    ['{"type":"Not Kebab"}', 'invalid-request', 400],
    ['{"type":"a-b","metadata":{"version":"2.0"}}', 'unsupported-version', 400],
    ['[', 'parse-error', 400],
    ['['.repeat(500), 'payload-too-large', 413],
    ['{"type":"no-such-type"}', 'unknown-type', 404],
  ])('rejects %s', async (body, code, status) => {
    const response = await service.call('POST', `/sessions/${id}/requests`, body)
    expect(response.status).toBe(status)
    expect((await response.json()).error.code).toBe(code)
  })

  it('rejects a body over the limit', async () => {
    const small = createTestManager({ servers: [notes], limits: { maxBodyBytes: 100 } })
    const session = await small.open()
    const response = await small.request(session, 'add', { params: { text: 'x'.repeat(200) } })
    expect(response.status).toBe(413)
    await small.close()
  })

  it('gets its context from the session manager, whatever the client claims', async () => {
    const metadata = { sessionId: 'ses-other', principal: 'eve', colour: 'green' }
    const { data } = await bodyOf(service.request(id, 'look', { id: 'r-1', metadata }))
    expect(data.sessionId).toBe(id)
    expect(data.principal).toBeUndefined()
    expect(data.metadata).toEqual({ version: '1.0', source: 'mcp-client', colour: 'green' })
  })

  it('passes on the received bytes, unless they lack the id', async () => {
    const { data } = await bodyOf(service.request(id, 'look', { id: 'r-1' }))
    expect(JSON.parse(data.original)).toMatchObject({ id: 'r-1', type: 'note-keeping' })

    const path = `/sessions/${id}/requests`
    const body = { type: 'note-keeping', payload: { operation: 'look' } }
    expect((await bodyOf(service.call('POST', path, body))).data.original).toBe('')
  })

  it('can be made without HTTP', async () => {
    const request = createRequest('note-keeping', { operation: 'add' }, { id: 'r-1' })
    const first = await service.manager.handle(id, request)
    const second = await service.manager.handle(id, request)
    expect(first).toMatchObject({ id: 'r-1', status: 'success' })
    expect(second).toEqual(first)
    expect(await service.manager.handle('ses-none', request)).toMatchObject({
      error: { code: 'session-not-found' },
    })
  })

  it('returns an error if JSON cannot represent the response of the server', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const odd = createTestManager({
      servers: [createTestServer({ spin: { run: () => cyclic } })],
    })
    const response = await odd.request(await odd.open(), 'spin')
    expect(response.status).toBe(500)
    expect((await response.json()).error.code).toBe('internal')
    await odd.close()
  })
})

describe('a repeated request', () => {
  it('runs once while the first is in flight, and both get the response', async () => {
    const first = service.request(id, 'wait', { id: 'r-1' })
    const second = service.request(id, 'wait', { id: 'r-1', metadata: { colour: 'other' } })
    await vi.waitFor(() => expect(notes.runs.get('wait')).toBe(1))
    release()
    expect(await bodyOf(second)).toEqual(await bodyOf(first))
    expect(notes.runs.get('wait')).toBe(1)
  })

  it('gets the recorded response, regardless of the order of its keys', async () => {
    const ask = (params: Record<string, unknown>) =>
      service.request(id, 'add', { id: 'r-1', params })
    const first = await ask({ a: 1, b: { c: 2, d: 3 } })
    const second = await ask({ b: { d: 3, c: 2 }, a: 1 })
    expect(await second.json()).toEqual(await first.json())
    expect(second.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(notes.runs.get('add')).toBe(1)
  })

  it('gets a recorded error', async () => {
    await service.request(id, 'refuse', { id: 'r-1' })
    expect((await service.request(id, 'refuse', { id: 'r-1' })).status).toBe(404)
    expect(notes.runs.get('refuse')).toBe(1)
  })

  it('returns 409 if its payload differs, in flight and later', async () => {
    await service.request(id, 'add', { id: 'r-1', params: { a: 1 } })
    const later = await service.request(id, 'add', { id: 'r-1', params: { a: 2 } })
    expect(later.status).toBe(409)
    expect((await later.json()).error.details.reason).toBe('id-reused')

    const waiting = service.request(id, 'wait', { id: 'r-2' })
    const meanwhile = await service.request(id, 'add', { id: 'r-2' })
    expect(meanwhile.status).toBe(409)
    release()
    await waiting
  })

  it('may use the id of another session', async () => {
    await service.request(id, 'add', { id: 'r-1', params: { a: 1 } })
    const other = await service.open()
    expect((await service.request(other, 'add', { id: 'r-1', params: { a: 2 } })).status).toBe(200)
  })

  it('runs again if the operation is read-only', async () => {
    await service.request(id, 'read', { id: 'r-1' })
    await service.request(id, 'read', { id: 'r-1' })
    expect(notes.runs.get('read')).toBe(2)
  })

  it('shares the response of a read-only operation in flight', async () => {
    const first = service.request(id, 'waitToRead', { id: 'r-1' })
    const second = service.request(id, 'waitToRead', { id: 'r-1' })
    release()
    expect(await bodyOf(second)).toEqual(await bodyOf(first))
    expect(notes.runs.get('waitToRead')).toBe(1)
  })

  it('runs again after a retryable error', async () => {
    expect((await service.request(id, 'fail', { id: 'r-1' })).status).toBe(503)
    expect((await service.request(id, 'fail', { id: 'r-1' })).status).toBe(503)
    expect(notes.runs.get('fail')).toBe(2)
  })

  it('runs again without an id', async () => {
    const path = `/sessions/${id}/requests`
    const body = { type: 'note-keeping', payload: { operation: 'add' } }
    await service.call('POST', path, body)
    await service.call('POST', path, body)
    expect(notes.runs.get('add')).toBe(2)
  })

  it('returns 409 if its response was evicted, and does not run again', async () => {
    const stores = createMemoryStores({ limits: { maxResponses: 1 } })
    const small = createTestManager({ servers: [notes], stores })
    const session = await small.open()
    await small.request(session, 'add', { id: 'r-1' })
    await small.request(session, 'add', { id: 'r-2' })
    const again = await small.request(session, 'add', { id: 'r-1' })
    expect(again.status).toBe(409)
    expect((await again.json()).error.details.reason).toBe('answer-evicted')
    expect(notes.runs.get('add')).toBe(2)
    await small.close()
  })

  it('waits for another replica that is running it', async () => {
    const stores = { ...createMemoryStores(), isShared: true }
    const here = createTestManager({ servers: [notes], stores })
    const there = createTestManager({ servers: [notes], stores })
    const session = await here.open()
    const first = here.request(session, 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(notes.runs.get('wait')).toBe(1))
    const second = there.request(session, 'wait', { id: 'r-1' })
    release()
    expect(await bodyOf(second)).toEqual(await bodyOf(first))
    expect(notes.runs.get('wait')).toBe(1)
    await here.close()
    await there.close()
  })
})

describe('a cancelled request', () => {
  it('gets its response immediately, and aborts the signal of the server', async () => {
    const waiting = service.request(id, 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    const cancelled = await service.call('DELETE', `/sessions/${id}/requests/r-1`)

    expect(cancelled.status).toBe(204)
    const response = await waiting
    expect(response.status).toBe(499)
    expect((await response.json()).error.code).toBe('cancelled')
    expect(contexts[0]?.signal.aborted).toBe(true)
  })

  it('is cancelled on another replica', async () => {
    const stores = createMemoryStores()
    const here = createTestManager({ servers: [notes], stores })
    const there = createTestManager({ servers: [notes], stores })
    const session = await here.open()
    const waiting = here.request(session, 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    await there.call('DELETE', `/sessions/${session}/requests/r-1`)
    expect((await waiting).status).toBe(499)
    await here.close()
    await there.close()
  })

  it('may have ended already', async () => {
    const response = await service.call('DELETE', `/sessions/${id}/requests/never`)
    expect(response.status).toBe(204)
    const ended = await service.call('DELETE', '/sessions/ses-none/requests/never')
    expect(ended.status).toBe(404)
  })

  it('is cancelled with its session', async () => {
    const waiting = service.request(id, 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    await service.call('DELETE', `/sessions/${id}`)
    expect((await (await waiting).json()).error).toMatchObject({
      code: 'cancelled',
      details: { reason: 'session-ended' },
    })
  })

  it('is not cancelled by a lost connection', async () => {
    const lost = new AbortController()
    const request = createRequest('note-keeping', { operation: 'wait' }, { id: 'r-1' })
    const route = service.manager.fastRoute('POST', `/sessions/${id}/requests`)
    if (route === undefined) throw new Error('No fast route.')
    const response = runRoute(route, {
      header: () => undefined,
      body: new TextEncoder().encode(JSON.stringify(request)),
      signal: lost.signal,
      peer: { isLoopback: true },
    })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    lost.abort()
    expect(contexts[0]?.signal.aborted).toBe(false)
    release()
    expect(await response).toMatchObject({ status: 200 })
  })
})

describe('a streamed request', () => {
  const headers = { accept: 'text/event-stream' }

  it('emits progress and chunks, then one response', async () => {
    const response = await service.request(id, 'stream', { id: 'r-1', headers })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const events = await take(readEvents(response), 9)
    expect(events.map(({ event }) => event)).toEqual(['progress', 'chunk', 'response'])
    expect(events[0]?.data).toMatchObject({
      type: 'progress',
      data: { requestId: 'r-1', progress: 1, total: 2 },
    })
    expect(events[1]?.data).toMatchObject({ type: 'chunk', data: { chunk: 'half' } })
    expect(events[2]?.data).toMatchObject({ id: 'r-1', status: 'success' })
  })

  it('emits one response if it was recorded before', async () => {
    await service.request(id, 'add', { id: 'r-1' })
    const response = await service.request(id, 'add', { id: 'r-1', headers })
    expect((await take(readEvents(response), 9)).map(({ event }) => event)).toEqual(['response'])
  })

  it('is rejected with an HTTP status before the stream starts', async () => {
    const response = await service.request('ses-none', 'stream', { headers })
    expect(response.status).toBe(404)
    expect((await response.json()).error.code).toBe('session-not-found')
  })

  it('continues when its client disconnects, and returns its response to the next one', async () => {
    const response = await service.request(id, 'wait', { id: 'r-1', headers })
    await response.body?.cancel()
    release()
    expect((await service.request(id, 'wait', { id: 'r-1' })).status).toBe(200)
    expect(notes.runs.get('wait')).toBe(1)
  })
})

describe('close', () => {
  it('lets requests in flight finish', async () => {
    const waiting = service.request(id, 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    const closed = service.manager.close()
    release()
    await closed
    expect((await waiting).status).toBe(200)
  })

  it('returns a non-retryable error for a request that does not finish in time', async () => {
    const hasty = createTestManager({ servers: [notes] })
    const waiting = hasty.request(await hasty.open(), 'wait', { id: 'r-1' })
    await vi.waitFor(() => expect(contexts).toHaveLength(1))
    await hasty.manager.close({ graceMs: 1 })
    expect((await (await waiting).json()).error).toMatchObject({
      code: 'upstream-error',
      retryable: false,
      details: { reason: 'outcome-unknown' },
    })
    expect(contexts[0]?.signal.aborted).toBe(true)
  })
})
