import type { ByteSink, RawRequest } from '@mcp/http'
import { runRoute } from '@mcp/http'
import type { HandlerContext } from '@mcp/protocol'
import { defineContract, operation } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '@mcp/protocol/testing'
import { readEvents, takeEvents } from '../../examples/read-events.ts'
import type { LocalServer } from '../create-server.ts'
import { defineServer } from '../define-server.ts'

const work = defineContract({
  name: 'work',
  type: 'work-operation',
  target: 'site',
  version: '1.0.0',
  operations: {
    run: operation({
      title: 'Run',
      description: 'Runs.',
      params: z.object({}),
      result: z.unknown(),
      hints: { interactive: true },
      examples: [{ params: {} }],
    }),
  },
})

const internal = { isLoopback: true }
const body = JSON.stringify({ id: 'req-1', type: 'work-operation', payload: { operation: 'run' } })
const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }

function start(run: (params: unknown, context: HandlerContext) => unknown) {
  const time = createManualClock()
  const server = defineServer(work, { run }, { clock: time })
  const post = (signal?: AbortSignal, peer = internal) =>
    server.fetch(
      new Request('http://work.test/process', {
        method: 'POST',
        body,
        headers,
        ...(signal === undefined ? {} : { signal }),
      }),
      peer,
    )
  const respond = (interactionId: string, text: string) =>
    server.fetch(
      new Request(`http://work.test/interactions/${interactionId}`, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json' },
      }),
      internal,
    )
  return { ...time, server, post, respond }
}

/** Returns a handler that never completes, and a list of the signals it received. */
function pendingHandler() {
  const signals: AbortSignal[] = []
  const run = (_params: unknown, { signal }: HandlerContext) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { run, signals }
}

it('streams progress, chunks and log messages to a caller that accepts events, followed by the response', async () => {
  const { post } = start(async (_params, context) => {
    context.progress({ progress: 1, total: 2 })
    await Promise.resolve()
    context.chunk({ text: 'two\nlines' })
    context.log('notice', { step: 2 })
    return 'done'
  })
  const response = await post()
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await takeEvents(readEvents(response), 9)).toMatchObject([
    {
      event: 'progress',
      data: { type: 'progress', data: { requestId: 'req-1', progress: 1, total: 2 } },
    },
    {
      event: 'chunk',
      data: { type: 'chunk', data: { requestId: 'req-1', chunk: { text: 'two\nlines' } } },
    },
    {
      event: 'log',
      data: { type: 'log', data: { requestId: 'req-1', level: 'notice', data: { step: 2 } } },
    },
    { event: 'response', data: { id: 'req-1', status: 'success', data: { result: 'done' } } },
  ])
})

it('streams an error as the response', async () => {
  const { post } = start(() => Promise.reject(new Error('secret')))
  expect(await takeEvents(readEvents(await post()), 2)).toMatchObject([
    { event: 'response', data: { status: 'error', error: { code: 'internal' } } },
  ])
})

it('cancels a streamed request when the connection closes', async () => {
  const { run, signals } = pendingHandler()
  const { post, pending } = start(run)
  const response = await post()
  await response.body?.cancel()
  expect(signals[0]?.aborted).toBe(true)
  await vi.waitFor(() => expect(pending()).toBe(0))
})

it('cancels a request that is not streamed when the connection closes', async () => {
  const { run, signals } = pendingHandler()
  const { server } = start(run)
  const caller = new AbortController()
  const response = runFast(server, {
    header: () => undefined,
    body: new TextEncoder().encode(body),
    signal: caller.signal,
    peer: internal,
  })
  caller.abort()
  expect(await response).toMatchObject({ status: 499 })
  expect(signals[0]?.aborted).toBe(true)
})

it('sends heartbeats while a request is in flight', async () => {
  const { post, advance } = start(pendingHandler().run)
  const reader = (await post()).body?.getReader()
  for (let second = 0; second < 15; second++) advance(1000)
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe(': heartbeat\n\n')
  await reader?.cancel()
})

const required = z.object({ data: z.object({ data: z.object({ interactionId: z.string() }) }) })
const idOf = (event: unknown): string => required.parse(event).data.data.interactionId

it('emits an interaction on the stream, and accepts one response', async () => {
  const schema = { type: 'object' }
  const { post, respond } = start((_params, context) =>
    context.ask({ kind: 'approval', message: 'Really?', schema, timeoutMs: 500 }),
  )
  const events = readEvents(await post())
  const [event] = await takeEvents(events, 1)
  expect(event).toMatchObject({
    event: 'interaction-required',
    data: {
      data: { kind: 'approval', message: 'Really?', schema, requestId: 'req-1', timeoutMs: 500 },
    },
  })
  const interactionId = idOf(event)

  const yes = '{"action":"accept","content":{"sure":true}}'
  expect((await respond(interactionId, yes)).status).toBe(204)
  expect((await respond(interactionId, yes)).status).toBe(404)
  expect(await takeEvents(events, 1)).toMatchObject([
    { data: { data: { result: { action: 'accept', content: { sure: true } } } } },
  ])
})

it.each<[object, (context: HandlerContext) => unknown]>([
  [
    { kind: 'elicitation', message: 'Pay.', url: 'https://example.com/pay' },
    ({ elicit }) => elicit({ message: 'Pay.', url: 'https://example.com/pay' }),
  ],
  [
    { kind: 'sampling', sampling: { messages: [], maxTokens: 5 } },
    ({ sample }) => sample({ messages: [], maxTokens: 5 }),
  ],
  [{ kind: 'roots' }, ({ listRoots }) => listRoots()],
])('emits %j, and fails with the error of the caller', async (interaction, run) => {
  const { post, respond } = start((_params, context) => run(context))
  const events = readEvents(await post())
  const [event] = await takeEvents(events, 1)
  expect(event).toMatchObject({ data: { data: interaction } })
  const error = { code: 'forbidden', message: 'Too late.', retryable: false, details: { a: 1 } }
  const text = JSON.stringify({ action: 'cancel', error })
  expect((await respond(idOf(event), text)).status).toBe(204)
  expect(await takeEvents(events, 1)).toMatchObject([{ data: { status: 'error', error } }])
})

it('rejects a response to an interaction whose request has ended', async () => {
  const { post, respond, advance } = start((_params, context) =>
    context.ask({ kind: 'approval', message: 'Really?', timeoutMs: 500 }),
  )
  const events = readEvents(await post())
  const [event] = await takeEvents(events, 1)
  const interactionId = idOf(event)
  advance(500)
  expect(await takeEvents(events, 1)).toMatchObject([
    { data: { error: { code: 'forbidden', details: { reason: 'approval-denied' } } } },
  ])
  expect((await respond(interactionId, '{"action":"accept"}')).status).toBe(404)
})

it('emits no interaction to an external caller, which could not respond', async () => {
  const { post } = start((_params, context) => context.ask({ kind: 'approval', message: 'Hm?' }))
  const response = await post(undefined, { isLoopback: false })
  expect(await takeEvents(readEvents(response), 1)).toMatchObject([
    { data: { error: { code: 'unavailable', details: { reason: 'no-person' } } } },
  ])
})

/** Creates a sink whose reader does not read. */
function stalledSink() {
  const sink = { queuedBytes: 0, isDestroyed: false, isEnded: false }
  const byteSink: ByteSink = {
    write: (bytes) => (sink.queuedBytes += bytes.byteLength),
    end() {
      sink.isEnded = true
    },
    destroy() {
      sink.isDestroyed = true
    },
  }
  return { sink, byteSink }
}

it('disconnects a reader with more than 256 KiB queued, and cancels its request', async () => {
  let isStopped = false
  const { server, pending } = start(async (_params, context) => {
    while (!context.signal.aborted) {
      context.chunk('x'.repeat(10_000))
      await Promise.resolve()
    }
    isStopped = true
  })
  const response = await runFast(server, {
    header: (name) => (name === 'accept' ? 'text/event-stream' : undefined),
    body: new TextEncoder().encode(body),
    signal: new AbortController().signal,
    peer: internal,
  })
  const { sink, byteSink } = stalledSink()
  if (response !== undefined && 'stream' in response) response.stream(byteSink)

  await vi.waitFor(() => expect(isStopped).toBe(true))
  expect(sink.isDestroyed).toBe(true)
  expect(sink.queuedBytes).toBeLessThan(300_000)
  await vi.waitFor(() => expect(pending()).toBe(0))
})

it('ends the streams of requests with an error when it closes', async () => {
  const { post, server } = start(pendingHandler().run)
  const events = readEvents(await post())
  await server.close()
  expect(await takeEvents(events, 2)).toMatchObject([
    { event: 'response', data: { error: { details: { reason: 'outcome-unknown' } } } },
  ])
})

function runFast(local: LocalServer, request: RawRequest) {
  const route = local.fastRoute('POST', '/process')
  return route && runRoute(route, request)
}
