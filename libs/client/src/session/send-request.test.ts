import { isRecord, McpError } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import type { calculator } from '../fixtures/contracts.ts'
import { weather } from '../fixtures/contracts.ts'
import { createManualClock } from '../fixtures/manual-clock.ts'
import type { Run, SessionManagerFixture } from '../fixtures/start-session-manager.ts'
import {
  answerWith,
  breakConnection,
  startSessionManager,
} from '../fixtures/start-session-manager.ts'
import { createClient } from '../create-client.ts'
import { toolTypes } from '../operations/tool-types.ts'

const posts = /^POST .*\/requests$/
const cancellations = /^DELETE .*\/requests\//

let server: SessionManagerFixture
afterEach(() => server.close())

async function connect(run: Run, options: { readLargeResults?: boolean; retries?: number } = {}) {
  server = await startSessionManager(run)
  const tools = toolTypes<{ calculator: typeof calculator }>()
  return createClient({ url: server.url, contracts: [weather], tools, ...options }).connect()
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
}

function bodies(): Record<string, unknown>[] {
  return server.callsOf(posts).map(({ body }) => JSON.parse(body))
}

it('calls a tool and resolves with its result', async () => {
  const session = await connect(async ({ request }) => ({ result: request.payload }))
  const call = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } } as const
  expect(await session.tools.execute(call)).toEqual(call)
  expect(bodies()).toMatchObject([{ type: 'tool-execution', metadata: { source: 'mcp-client' } }])
})

it('puts the target beside the params of the payload', async () => {
  const session = await connect(async () => ({ result: { highs: [4] } }))
  await session.weather.forecast({ place: 'Oslo', days: 1 })
  await session.tools.list({ query: 'calc' })
  expect(bodies()).toMatchObject([
    { payload: { place: 'Oslo', operation: 'forecast', params: { days: 1 } } },
    { payload: { tool: 'tools', operation: 'list', params: { query: 'calc' } } },
  ])
})

it('omits the target if the caller omits it', async () => {
  const session = await connect(async () => ({ result: ['Oslo'] }))
  expect(await session.weather.places()).toEqual(['Oslo'])
  expect(bodies()[0]?.['payload']).toEqual({ operation: 'places', params: {} })
})

it('resolves an untyped request with the whole response', async () => {
  const session = await connect(async () => ({ result: 1, more: 2 }))
  const response = await session.request('news-access', { operation: 'list' })
  expect(response).toMatchObject({ status: 'success', data: { result: 1, more: 2 } })
  expect(response.metadata.source).toBe('session-manager')
})

it('rejects with the error of the server, with its code and details', async () => {
  const session = await connect(async () => {
    throw new McpError('invalid-params', 'days: too many', { details: { path: ['days'] } })
  })
  const failing = session.weather.forecast({ place: 'Oslo' })
  await expect(failing).rejects.toMatchObject({
    name: 'McpError',
    code: 'invalid-params',
    message: 'days: too many',
    details: { path: ['days'] },
  })
})

it('reports progress and chunks as they arrive, then resolves', async () => {
  const session = await connect(async ({ emit }) => {
    emit('progress', { progress: 1, total: 2, message: 'half' })
    emit('chunk', { chunk: { high: 4 } })
    return { result: { highs: [4] } }
  })
  const onProgress = vi.fn<(progress: unknown) => void>()
  const onChunk = vi.fn<(chunk: unknown) => void>()
  const result = await session.weather.forecast({ place: 'Oslo' }, { onProgress, onChunk })
  expect(result).toEqual({ highs: [4] })
  expect(onProgress.mock.calls).toMatchObject([[{ progress: 1, total: 2, message: 'half' }]])
  expect(onChunk.mock.calls).toEqual([[{ high: 4 }]])
  expect(server.callsOf(posts)[0]?.headers.accept).toBe('text/event-stream')
})

it('rejects with the error that ends a stream', async () => {
  const session = await connect(async () => {
    throw new McpError('forbidden', 'No.')
  })
  const failing = session.request('news-access', {}, { onProgress: () => {} })
  await expect(failing).rejects.toMatchObject({ code: 'forbidden' })
})

it('rejects with the error that a listener throws, and cancels the request', async () => {
  const session = await connect(async ({ emit }) => {
    emit('progress', { progress: 1 })
    return new Promise(() => {})
  })
  const onProgress = (): void => {
    throw new Error('of the caller')
  }
  await expect(session.request('news-access', {}, { onProgress })).rejects.toThrow('of the caller')
  await vi.waitFor(() => expect(server.callsOf(cancellations)).toHaveLength(1))
  expect(server.callsOf(posts)).toHaveLength(1)
})

it('retries after a broken connection with the same id, and the request runs once', async () => {
  let runs = 0
  const session = await connect(async () => ({ result: ++runs }))
  server.fail(posts, breakConnection)
  expect((await session.request('news-access')).data).toEqual({ result: 1 })
  const [first, second] = bodies()
  expect(server.callsOf(posts)).toHaveLength(2)
  expect(first?.['id']).toBe(second?.['id'])
})

it('waits for the same response if the connection breaks while the request runs', async () => {
  let runs = 0
  const finish = Promise.withResolvers<void>()
  const session = await connect(async ({ cut }) => {
    runs++
    cut()
    await finish.promise
    return { result: runs }
  })
  const response = session.request('news-access')
  await vi.waitFor(() => expect(server.callsOf(posts)).toHaveLength(2))
  finish.resolve()
  expect((await response).data).toEqual({ result: 1 })
})

it('retries after a stream that was cut off', async () => {
  let runs = 0
  const finish = Promise.withResolvers<void>()
  const session = await connect(async ({ emit, cut }) => {
    runs++
    emit('progress', { progress: 1 })
    cut()
    await finish.promise
    emit('progress', { progress: 2 })
    return { result: runs }
  })
  const seen: number[] = []
  const response = session.request('news-access', {}, { onProgress: (p) => seen.push(p.progress) })
  await vi.waitFor(() => expect(server.callsOf(posts)).toHaveLength(2))
  finish.resolve()
  expect((await response).data).toEqual({ result: 1 })
  expect(seen.at(-1)).toBe(2)
})

it('retries after a retryable error', async () => {
  let runs = 0
  const session = await connect(async () => {
    runs++
    return { result: runs }
  })
  const busy = new McpError('rate-limited', 'Slow.', { details: { retryAfterMs: 1 } }).toBody()
  server.fail(posts, answerWith(429, {}, JSON.stringify({ error: busy })))
  server.fail(posts, answerWith(503, { 'content-type': 'text/html' }, '<h1>restarting</h1>'))
  expect((await session.request('news-access')).data).toEqual({ result: 1 })
  expect(server.callsOf(posts)).toHaveLength(3)
})

it('waits for Retry-After, and sends the remaining time limit', async () => {
  const { clock, advance, waiting } = createManualClock()
  server = await startSessionManager(async () => ({ result: 1 }))
  const session = await createClient({ url: server.url, clock }).connect()
  server.fail(posts, answerWith(503, { 'retry-after': '7' }, ''))

  const response = session.request('news-access', {}, { timeoutMs: 10_000 })
  await vi.waitFor(() => expect(waiting()).toEqual([7000, 12_000]))
  advance(7000)
  await response
  expect(bodies()).toMatchObject([
    { metadata: { timeoutMs: 10_000 } },
    { metadata: { timeoutMs: 3000 } },
  ])
})

it('does not wait for a retry after the time limit', async () => {
  const session = await connect(async () => ({ result: 1 }))
  server.fail(posts, answerWith(503, { 'retry-after': '100' }, ''))
  const failing = session.request('news-access', {}, { timeoutMs: 10_000 })
  await expect(failing).rejects.toMatchObject({
    code: 'unavailable',
    details: { status: 503, retryAfterMs: 100_000 },
  })
})

it('stops after the maximum number of retries', async () => {
  const session = await connect(async () => ({ result: 1 }), { retries: 1 })
  server.fail(posts, breakConnection)
  server.fail(posts, breakConnection)
  const failing = session.request('news-access')
  await expect(failing).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'unreachable' },
  })
  expect(server.callsOf(posts)).toHaveLength(2)
})

it('does not retry after an error that is not retryable', async () => {
  const session = await connect(async () => {
    throw new McpError('upstream-error', 'It may have run.', {
      details: { reason: 'outcome-unknown' },
    })
  })
  await expect(session.request('news-access')).rejects.toMatchObject({ code: 'upstream-error' })
  expect(server.callsOf(posts)).toHaveLength(1)
})

it('does not repeat a request that reached its own time limit', async () => {
  const session = await connect(async () => {
    throw new McpError('timeout', 'The query took longer than 2000 ms.', { retryable: true })
  })
  await expect(session.request('news-access')).rejects.toMatchObject({
    code: 'timeout',
    retryable: true,
  })
  expect(server.callsOf(posts)).toHaveLength(1)
})

it.each([
  [400, 'upstream-error'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [418, 'upstream-error'],
  [429, 'unavailable'],
  [500, 'upstream-error'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
])('maps HTTP %i without an error of the session manager to %s', async (status, code) => {
  const session = await connect(async () => ({ result: 1 }), { retries: 0 })
  server.fail(posts, answerWith(status, {}, '<html>'))
  await expect(session.request('news-access')).rejects.toMatchObject({ code, details: { status } })
})

it('rejects with the reason of the abort as cause', async () => {
  const session = await connect(async () => new Promise(() => {}))
  const reason = new Error('The user left.')
  const controller = new AbortController()
  const failure = failureOf(session.request('news-access', {}, { signal: controller.signal }))
  controller.abort(reason)
  expect(await failure).toMatchObject({ code: 'cancelled', cause: reason })
})

it('cancels at the server when the signal is aborted', async () => {
  const running = Promise.withResolvers<AbortSignal>()
  const session = await connect(async ({ signal }) => {
    running.resolve(signal)
    return new Promise(() => {})
  })
  const controller = new AbortController()
  const failure = failureOf(
    session.request('news-access', {}, { id: 'r/1', signal: controller.signal }),
  )
  const signal = await running.promise
  controller.abort()
  expect(await failure).toMatchObject({ code: 'cancelled' })
  await vi.waitFor(() => expect(signal.aborted).toBe(true))
  expect(server.callsOf(cancellations)).toMatchObject([{ path: '/sessions/s-1/requests/r%2F1' }])
})

it('sends nothing if the signal is already aborted', async () => {
  const session = await connect(async () => ({ result: 1 }))
  const signal = AbortSignal.abort()
  await expect(session.request('news-access', {}, { signal })).rejects.toMatchObject({
    code: 'cancelled',
  })
  expect(server.callsOf(/requests/)).toHaveLength(0)
})

it('rejects with timeout shortly after the limit if the server is silent', async () => {
  const { clock, advance, waiting } = createManualClock()
  server = await startSessionManager(async () => new Promise(() => {}))
  const session = await createClient({ url: server.url, clock, timeoutMs: 5000 }).connect()
  const failure = failureOf(session.request('news-access'))
  await vi.waitFor(() => expect(server.callsOf(posts)).toHaveLength(1))
  expect(waiting()).toEqual([7000])
  advance(7000)
  expect(await failure).toMatchObject({
    code: 'timeout',
    message: 'news-access took longer than 5000 ms.',
  })
})

it.each([
  ['text', 'hello'],
  ['half of JSON', '{"id": "1", "sta'],
  ['JSON that is not an envelope', '[1]'],
  ['the answer to another request', '{"id":"other","status":"success","data":{}}'],
])('rejects %s with an upstream error that names the server', async (_name, body) => {
  const session = await connect(async () => ({ result: 1 }))
  server.fail(posts, answerWith(200, {}, body))
  await expect(session.request('news-access')).rejects.toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining(server.url),
  })
})

it('rejects if the response has no result', async () => {
  const session = await connect(async () => ({ text: 'as another server may do' }))
  await expect(session.weather.places()).rejects.toMatchObject({ code: 'upstream-error' })
})

it('rejects a payload that is not valid JSON before sending it', async () => {
  const session = await connect(async () => ({ result: 1 }))
  await expect(session.request('news-access', { big: 1n })).rejects.toMatchObject({
    code: 'invalid-request',
  })
  expect(server.callsOf(posts)).toHaveLength(0)
})

const large: Run = async ({ request: { payload } }) => {
  if (payload['operation'] !== 'readResult') return { preview: '["Os', resultRef: 'ref-1' }
  const { params } = payload
  const offset = isRecord(params) ? Number(params['offset']) : 0
  const text = '["Oslo","Bergen"]'
  const nextOffset = offset + 10 < text.length ? offset + 10 : undefined
  return { result: { text: text.slice(offset, offset + 10), offset, nextOffset } }
}

it('fetches all parts of a large result', async () => {
  const session = await connect(large)
  expect(await session.weather.places({ limit: 2 })).toEqual(['Oslo', 'Bergen'])
  expect(bodies()).toMatchObject([
    { payload: { operation: 'places' } },
    { payload: { operation: 'readResult', params: { resultRef: 'ref-1', offset: 0 } } },
    { payload: { operation: 'readResult', params: { resultRef: 'ref-1', offset: 10 } } },
  ])
})

it('does not fetch a large result if readLargeResults is false', async () => {
  const session = await connect(large, { readLargeResults: false })
  await expect(session.weather.places()).rejects.toMatchObject({
    code: 'payload-too-large',
    details: { preview: '["Os', resultRef: 'ref-1' },
  })
  const whole = session.weather.places({}, { readLargeResults: true })
  expect(await whole).toEqual(['Oslo', 'Bergen'])
})

it('stops if a part of the result is empty', async () => {
  const session = await connect(async ({ request: { payload } }) =>
    payload['operation'] === 'readResult'
      ? { result: { text: '', nextOffset: 0 } }
      : { resultRef: 'ref-1' },
  )
  await expect(session.weather.places()).rejects.toMatchObject({ code: 'upstream-error' })
})

it('applies the time limit to the call including all parts of a large result', async () => {
  const { clock, advance } = createManualClock()
  server = await startSessionManager(async (running) => {
    advance(4000)
    return large(running)
  })
  const session = await createClient({
    url: server.url,
    contracts: [weather],
    clock,
    timeoutMs: 10_000,
  }).connect()
  expect(await session.weather.places({}, { timeoutMs: 13_000 })).toEqual(['Oslo', 'Bergen'])
  expect(bodies().map(({ metadata }) => metadata)).toMatchObject([
    { timeoutMs: 13_000 },
    { timeoutMs: 9000 },
    { timeoutMs: 5000 },
  ])

  await expect(session.weather.places({}, { timeoutMs: 7000 })).rejects.toMatchObject({
    code: 'timeout',
    message: 'weather-forecast took longer than 7000 ms.',
  })
  expect(bodies()).toHaveLength(5)
})

it.each(['\uD800', '..', '.', ''])('rejects the request id %j and sends nothing', async (id) => {
  const session = await connect(async () => new Promise(() => {}))
  const failing = session.request('news-access', {}, { id, signal: AbortSignal.timeout(5000) })
  await expect(failing).rejects.toMatchObject({ name: 'McpError', code: 'invalid-params' })
  expect(server.callsOf(/requests/)).toEqual([])
})
