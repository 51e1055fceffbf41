import type { Clock } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import {
  chunk,
  closeCompletionsServers,
  completion,
  events,
  json,
  startCompletionsServer,
} from '../../fixtures/completions-server.ts'
import { collect, failure } from '../../fixtures/results.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

const key = 'sk-test-0123456789abcdef'
const hello = { messages: [{ role: 'user', content: 'Hello' }] } as const

afterEach(closeCompletionsServers)

/** Returns a clock whose timers fire when the test calls them. */
function createManualClock(): { clock: Clock; timers: (() => void)[] } {
  const timers: (() => void)[] = []
  return {
    timers,
    clock: {
      now: () => 0,
      after(_ms, run) {
        timers.push(run)
        return () => {}
      },
      every: () => () => {},
    },
  }
}

it('reports that the provider refused the key, without the key', async () => {
  const message = `Incorrect API key provided: ${key.slice(0, 8)}****cdef (${key})`
  const { url } = await startCompletionsServer(
    json(401, { error: { message, code: 'invalid_api_key' } }),
  )
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })

  for (const error of [
    await failure(provider.generate(hello)),
    await failure(collect(provider.stream(hello))),
    await failure(Promise.resolve(provider.listModels())),
  ]) {
    expect(error.code).toBe('upstream-error')
    expect(error.details).toEqual({ reason: 'provider-auth' })
    expect(error.message).toContain('refused the key')
    expect(`${error.message} ${String(error.cause)}`).not.toMatch(/sk-test|cdef/)
  }
})

it('redacts the key if a provider quotes it', async () => {
  const { url } = await startCompletionsServer(
    json(500, { error: { message: `No route for ${key}` } }),
  )
  const error = await failure(
    createOpenAiCompatibleProvider({ url, key, model: 'small' }).generate(hello),
  )
  expect(error).toMatchObject({ code: 'upstream-error', retryable: true })
  expect(`${error.message} ${String(error.cause)}`).not.toContain(key)
  expect(error.message).toContain('No route for [key]')
})

it('passes on the Retry-After of too many requests', async () => {
  const { url } = await startCompletionsServer(
    json(429, { error: { message: 'Slow down' } }, { 'retry-after': '7' }),
  )
  const error = await failure(
    createOpenAiCompatibleProvider({ url, key, model: 'small' }).generate(hello),
  )
  expect(error).toMatchObject({
    code: 'rate-limited',
    retryable: true,
    details: { retryAfterMs: 7000 },
  })
})

it('reports an exhausted quota as not retryable', async () => {
  const body = { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }
  const { url } = await startCompletionsServer(json(429, body))
  const error = await failure(
    createOpenAiCompatibleProvider({ url, key, model: 'small' }).generate(hello),
  )
  expect(error).toMatchObject({
    code: 'rate-limited',
    retryable: false,
    details: { reason: 'quota' },
  })
})

it('distinguishes a conversation that is too long from other refusals', async () => {
  const message = "This model's maximum context length is 8192 tokens."
  const long = await startCompletionsServer(
    json(400, { error: { message, code: 'context_length_exceeded' } }),
  )
  const other = await startCompletionsServer(
    json(400, { error: { message: 'temperature must be positive' } }),
  )

  const tooLong = createOpenAiCompatibleProvider({ url: long.url, model: 'small' })
  expect(await failure(tooLong.generate(hello))).toMatchObject({
    code: 'invalid-params',
    details: { reason: 'context-length' },
  })
  const refused = createOpenAiCompatibleProvider({ url: other.url, model: 'small' })
  expect(await failure(refused.generate(hello))).toMatchObject({
    code: 'upstream-error',
    retryable: false,
    details: { reason: 'provider-refused' },
  })
})

it('names an unknown model', async () => {
  const { url } = await startCompletionsServer(json(404, { error: { message: 'no such model' } }))
  const error = await failure(createOpenAiCompatibleProvider({ url, model: 'big' }).generate(hello))
  expect(error).toMatchObject({ code: 'not-found', details: { reason: 'model-not-found' } })
  expect(error.message).toContain('"big"')
})

it('fails if the connection breaks in the middle of a stream', async () => {
  const { url } = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events(chunk({ role: 'assistant', content: 'Hel' })), () => response.destroy())
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  expect(await failure(collect(provider.stream(hello)))).toMatchObject({
    code: 'upstream-error',
    retryable: true,
    details: { reason: 'stream-broken' },
  })
})

it('fails if a stream ends without a finish reason', async () => {
  const { url } = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(events(chunk({ role: 'assistant', content: 'Hel' })))
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  expect(await failure(collect(provider.stream(hello)))).toMatchObject({
    code: 'upstream-error',
    details: { reason: 'stream-broken' },
  })
})

it('fails if the stream contains an error', async () => {
  const { url } = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(events({ error: { message: 'The server had an error' } }))
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  const error = await failure(collect(provider.stream(hello)))
  expect(error).toMatchObject({ code: 'upstream-error', details: { reason: 'stream-broken' } })
  expect(error.message).toContain('The server had an error')
})

it('fails if the response is not a completion', async () => {
  const page = await startCompletionsServer((response) => {
    response.end('<html>')
  })
  const empty = await startCompletionsServer(json(200, { ...completion({}), choices: [] }))
  for (const { url } of [page, empty]) {
    const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
    expect(await failure(provider.generate(hello))).toMatchObject({
      code: 'upstream-error',
      details: { reason: 'invalid-answer' },
    })
  }
})

it('reports a provider that cannot be reached', async () => {
  const { url } = await startCompletionsServer(json(200, {}))
  await closeCompletionsServers()
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  expect(await failure(provider.generate(hello))).toMatchObject({ code: 'unavailable' })
  expect(await failure(Promise.resolve(provider.listModels()))).toMatchObject({
    code: 'unavailable',
  })
})

it.each([
  ['sends nothing', ''],
  ['sends its response slowly', '{"choices":['],
])('times out if a provider %s', async (_name, start) => {
  const { clock, timers } = createManualClock()
  const { url, received } = await startCompletionsServer((response) => {
    if (start !== '') response.write(start)
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small', clock })
  for (const [call, problem] of [
    [() => provider.generate(hello), 'did not complete its response within 120000 ms'],
    [() => collect(provider.stream(hello)), 'sent no data for 120000 ms'],
    [() => provider.listModels(), 'did not complete its response within 120000 ms'],
  ] as const) {
    const count = received.length
    const failed = failure(Promise.resolve(call()))
    await vi.waitFor(() => expect(received).toHaveLength(count + 1))
    for (const fire of timers.splice(0)) fire()
    expect(await failed).toMatchObject({
      code: 'timeout',
      retryable: true,
      message: expect.stringContaining(problem),
    })
  }
})

it('times out if a stream goes silent, and closes the connection', async () => {
  const { clock, timers } = createManualClock()
  let isClosed = false
  const { url } = await startCompletionsServer((response) => {
    response.on('close', () => (isClosed = true))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events(chunk({ role: 'assistant', content: 'Hel' })))
  })
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small', clock })
  const stream = provider.stream(hello)[Symbol.asyncIterator]()
  expect(await stream.next()).toEqual({ done: false, value: { type: 'text-delta', text: 'Hel' } })
  const failed = failure(stream.next())
  timers.at(-1)?.()
  expect(await failed).toMatchObject({ code: 'timeout' })
  await vi.waitFor(() => expect(isClosed).toBe(true))
})

it('ends a call when its caller aborts', async () => {
  const { url, received } = await startCompletionsServer(() => {})
  const provider = createOpenAiCompatibleProvider({ url, key, model: 'small' })
  const caller = new AbortController()
  const failed = failure(provider.generate(hello, { signal: caller.signal }))
  await vi.waitFor(() => expect(received).toHaveLength(1))
  caller.abort()
  expect(await failed).toMatchObject({ code: 'cancelled' })
})
