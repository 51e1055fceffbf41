import type { ByteSink } from '@mcp/http'
import type { HandlerContext } from '@mcp/protocol'
import { defineContract, operation } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '../../examples/manual-clock.ts'
import { readEvents, takeEvents } from '../../examples/read-events.ts'
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

const here = { isLoopback: true }
const body = JSON.stringify({ id: 'req-1', type: 'work-operation', payload: { operation: 'run' } })
const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }

function start(run: (params: unknown, context: HandlerContext) => unknown) {
  const time = createManualClock()
  const server = defineServer(work, { run }, { clock: time.clock })
  const post = (signal?: AbortSignal, peer = here) =>
    server.fetch(
      new Request('http://work.test/process', {
        method: 'POST',
        body,
        headers,
        ...(signal === undefined ? {} : { signal }),
      }),
      peer,
    )
  const answer = (interactionId: string, text: string) =>
    server.fetch(
      new Request(`http://work.test/interactions/${interactionId}`, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json' },
      }),
      here,
    )
  return { ...time, server, post, answer }
}

/** A handler that waits until its signal is aborted. */
function patient() {
  const signals: AbortSignal[] = []
  const run = (_params: unknown, { signal }: HandlerContext) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { run, signals }
}

it('streams progress and chunks to a caller that accepts events, then the response', async () => {
  const { post } = start(async (_params, context) => {
    context.progress({ progress: 1, total: 2 })
    await Promise.resolve()
    context.chunk({ text: 'two\nlines' })
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
    { event: 'response', data: { id: 'req-1', status: 'success', data: { result: 'done' } } },
  ])
})

it('streams an error as the response too', async () => {
  const { post } = start(() => Promise.reject(new Error('secret')))
  expect(await takeEvents(readEvents(await post()), 2)).toMatchObject([
    { event: 'response', data: { status: 'error', error: { code: 'internal' } } },
  ])
})

it('cancels a streamed request when the connection breaks', async () => {
  const { run, signals } = patient()
  const { post, pending } = start(run)
  const response = await post()
  await response.body?.cancel()
  expect(signals[0]?.aborted).toBe(true)
  await vi.waitFor(() => expect(pending()).toBe(0))
})

it('cancels a request when the connection breaks, streamed or not', async () => {
  const { run, signals } = patient()
  const { server } = start(run)
  const caller = new AbortController()
  const answer = server.fastRoute(
    'POST',
    '/process',
  )?.({
    header: () => undefined,
    body: new TextEncoder().encode(body),
    signal: caller.signal,
    peer: here,
  })
  caller.abort()
  expect(await answer).toMatchObject({ status: 499 })
  expect(signals[0]?.aborted).toBe(true)
})

it('sends heartbeats while a request takes its time', async () => {
  const { post, advance } = start(patient().run)
  const reader = (await post()).body?.getReader()
  for (let second = 0; second < 15; second++) advance(1000)
  const { value } = (await reader?.read()) ?? {}
  expect(new TextDecoder().decode(value)).toBe(': heartbeat\n\n')
  await reader?.cancel()
})

it('asks a person through the stream, and takes one answer', async () => {
  const schema = { type: 'object' }
  const { post, answer } = start((_params, context) =>
    context.ask({ kind: 'approval', message: 'Really?', schema, timeoutMs: 500 }),
  )
  const events = readEvents(await post())
  const [asked] = await takeEvents(events, 1)
  expect(asked).toMatchObject({
    event: 'interaction-required',
    data: {
      data: { kind: 'approval', message: 'Really?', schema, requestId: 'req-1', timeoutMs: 500 },
    },
  })
  const { interactionId } = z
    .object({ data: z.object({ data: z.object({ interactionId: z.string() }) }) })
    .parse(asked).data.data

  const yes = '{"action":"accept","content":{"sure":true}}'
  expect((await answer(interactionId, yes)).status).toBe(204)
  expect((await answer(interactionId, yes)).status).toBe(404)
  expect(await takeEvents(events, 1)).toMatchObject([
    { data: { data: { result: { action: 'accept', content: { sure: true } } } } },
  ])
})

it('takes no answer to a question whose request has ended', async () => {
  const { post, answer, advance } = start((_params, context) =>
    context.ask({ kind: 'approval', message: 'Really?', timeoutMs: 500 }),
  )
  const events = readEvents(await post())
  const [asked] = await takeEvents(events, 1)
  const { interactionId } = z
    .object({ data: z.object({ data: z.object({ interactionId: z.string() }) }) })
    .parse(asked).data.data
  advance(500)
  expect(await takeEvents(events, 1)).toMatchObject([
    { data: { error: { code: 'forbidden', details: { reason: 'approval-denied' } } } },
  ])
  expect((await answer(interactionId, '{"action":"accept"}')).status).toBe(404)
})

it('asks nobody through the stream of a stranger, who could not answer', async () => {
  const { post } = start((_params, context) => context.ask({ kind: 'approval', message: 'Hm?' }))
  const response = await post(undefined, { isLoopback: false })
  expect(await takeEvents(readEvents(response), 1)).toMatchObject([
    { data: { error: { code: 'unavailable', details: { reason: 'no-person' } } } },
  ])
})

/** A sink whose reader takes nothing. */
function stalledSink() {
  const sink = { waiting: 0, isDestroyed: false, isEnded: false }
  const byteSink: ByteSink = {
    write: (bytes) => (sink.waiting += bytes.byteLength),
    end() {
      sink.isEnded = true
    },
    destroy() {
      sink.isDestroyed = true
    },
  }
  return { sink, byteSink }
}

it('cuts off a reader that lets more than 256 KiB wait, and cancels its request', async () => {
  let isStopped = false
  const { server, pending } = start(async (_params, context) => {
    while (!context.signal.aborted) {
      context.chunk('x'.repeat(10_000))
      await Promise.resolve()
    }
    isStopped = true
  })
  const answer = await server.fastRoute(
    'POST',
    '/process',
  )?.({
    header: (name) => (name === 'accept' ? 'text/event-stream' : undefined),
    body: new TextEncoder().encode(body),
    signal: new AbortController().signal,
    peer: here,
  })
  const { sink, byteSink } = stalledSink()
  if (answer !== undefined && 'stream' in answer) answer.stream(byteSink)

  await vi.waitFor(() => expect(isStopped).toBe(true))
  expect(sink.isDestroyed).toBe(true)
  expect(sink.waiting).toBeLessThan(300_000)
  await vi.waitFor(() => expect(pending()).toBe(0))
})

it('ends the streams of its requests with "unavailable" when it closes', async () => {
  const { post, server } = start(patient().run)
  const events = readEvents(await post())
  await server.close()
  expect(await takeEvents(events, 2)).toMatchObject([
    { event: 'response', data: { error: { code: 'unavailable' } } },
  ])
})
