import type { HandlerContext, RequestContext, RequestEvent } from '@mcp/protocol'
import { createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '@mcp/protocol/testing'
import { defineServer } from '../define-server.ts'
import type { DefineServerOptions } from '../define-server.ts'

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
      chunk: z.string(),
      hints: { idempotent: true },
      examples: [{ params: {} }],
    }),
  },
  notifications: { 'work-done': z.object({ by: z.string(), hours: z.number().default(8) }) },
})

type Run = (
  params: Record<string, never>,
  context: HandlerContext<NonNullable<typeof work.notifications>>,
) => unknown

const request = createRequest('work-operation', { operation: 'run' }, { id: 'req-1' })

function start(run: Run, options: DefineServerOptions<'run'> = {}) {
  const time = createManualClock()
  const server = defineServer(work, { run }, { clock: time, ...options })
  const caller = new AbortController()
  const context: RequestContext = { signal: caller.signal, deadline: time.now() + 1000 }
  return {
    ...time,
    server,
    caller,
    process: (more: Partial<RequestContext> = {}) =>
      server.process(request, { ...context, ...more }),
  }
}

/** Returns a handler that never completes, and a list of the signals it received. */
function pendingHandler() {
  const signals: AbortSignal[] = []
  const run: Run = (_params, { signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { run, signals }
}

it('returns a timeout when the deadline passes, even if the handler ignores its signal', async () => {
  const { run, signals } = pendingHandler()
  const { process, advance, pending } = start(run)
  const response = process()
  advance(999)
  expect(signals[0]?.aborted).toBe(false)
  advance(1)
  expect(await response).toMatchObject({
    id: 'req-1',
    error: { code: 'timeout', retryable: true, message: expect.stringContaining('work.run') },
  })
  expect(signals[0]?.aborted).toBe(true)
  expect(pending()).toBe(0)
})

it('does not run the handler if the deadline has already passed', async () => {
  const { process } = start(() => expect.unreachable())
  expect(await process({ deadline: 1 })).toMatchObject({ error: { code: 'timeout' } })
})

it('limits an infinite deadline to one day', async () => {
  const { run } = pendingHandler()
  const { process, advance } = start(run)
  const response = process({ deadline: Number.POSITIVE_INFINITY })
  advance(86_400_000)
  expect(await response).toMatchObject({ error: { code: 'timeout' } })
})

it('sets no timer for a synchronous handler', async () => {
  const { process, pending } = start(() => 1)
  const response = process()
  expect(pending()).toBe(0)
  expect(await response).toMatchObject({ data: { result: 1 } })
})

it('returns "cancelled" when the caller cancels, even if the handler ignores its signal', async () => {
  const { run, signals } = pendingHandler()
  const { process, caller, pending } = start(run)
  const response = process()
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled', retryable: false } })
  expect(signals[0]?.aborted).toBe(true)
  expect(pending()).toBe(0)
})

it('is cancelled if the caller aborts while it receives the first event', async () => {
  const { process, caller, pending } = start((_params, context) => {
    context.progress({ progress: 1 })
    return new Promise(() => {})
  })
  const response = process({ onEvent: () => caller.abort() })
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  expect(pending()).toBe(0)
})

it('does not run the handler if the request is already cancelled', async () => {
  const { process, caller } = start(() => expect.unreachable())
  caller.abort()
  expect(await process()).toMatchObject({ error: { code: 'cancelled' } })
})

it('returns the abort reason if it is an McpError', async () => {
  const { process, caller } = start(pendingHandler().run)
  const response = process()
  caller.abort(new McpError('unavailable', 'Draining.'))
  expect(await response).toMatchObject({ error: { code: 'unavailable', message: 'Draining.' } })
})

it('returns the abort reason, not the error that the handler throws because of it', async () => {
  const reported: unknown[] = []
  const { process, caller } = start(
    (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('socket hang up')))
      }),
    { onError: (error) => reported.push(error) },
  )
  const response = process()
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  expect(reported).toEqual([])
})

it('emits progress and chunks to the listener of the caller', async () => {
  const events: RequestEvent[] = []
  const { process } = start((_params, context) => {
    context.progress({ progress: 1, total: 2, message: 'half' })
    context.chunk('a piece')
    return 'done'
  })
  await process({ onEvent: (event) => events.push(event) })
  expect(events).toEqual([
    {
      type: 'progress',
      data: { requestId: 'req-1', progress: 1, total: 2, message: 'half' },
    },
    { type: 'chunk', data: { requestId: 'req-1', chunk: 'a piece' } },
  ])
})

it('emits no events after the response', async () => {
  const events: RequestEvent[] = []
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const { process, caller } = start(async (_params, context) => {
    await finished
    context.progress({ progress: 1 })
  })
  const response = process({ onEvent: (event) => events.push(event) })
  caller.abort()
  await response
  finish()
  await finished
  expect(events).toEqual([])
})

it('completes the call if the listener of the caller throws, and reports the error', async () => {
  const reported: unknown[] = []
  const { process } = start(
    (_params, context) => {
      context.progress({ progress: 1 })
      return 'done'
    },
    { onError: (error) => reported.push(error.cause) },
  )
  const response = await process({
    onEvent() {
      throw new Error('listener failed')
    },
  })
  expect(response).toMatchObject({ data: { result: 'done' } })
  expect(reported).toEqual([new Error('listener failed')])
})

it('returns an internal error for a chunk that violates the contract if results are checked', async () => {
  const { process } = start((_params, context) => context.chunk(5), { checkResults: true })
  expect(await process()).toMatchObject({ error: { code: 'internal' } })
})

it('notifies the session of the request, with the defaults of the schema', async () => {
  const { server, process } = start((_params, context) => {
    context.notify('work-done', { by: 'Ada' })
    return true
  })
  const received: unknown[] = []
  server.subscribe((notification) => received.push(notification))
  await process({ sessionId: 's1' })
  await process()
  expect(received).toMatchObject([
    {
      type: 'work-done',
      data: { by: 'Ada', hours: 8 },
      metadata: { source: 'work', sessionIds: ['s1'] },
    },
    { metadata: { sessionIds: [] } },
  ])
})

it('notifies the sessions that the handler names, or all sessions', async () => {
  const { server, process } = start((_params, context) => {
    context.notify('work-done', { by: 'Ada' }, { sessionIds: ['s2', 's3'] })
    context.notify('work-done', { by: 'Ada' }, { sessionIds: 'all' })
    return true
  })
  const received: unknown[] = []
  server.subscribe(({ metadata }) => received.push(metadata.sessionIds))
  await process({ sessionId: 's1' })
  expect(received).toEqual([['s2', 's3'], undefined])
})

it('notifies all clients outside a request, and throws for an undeclared or invalid notification', () => {
  const { server } = start(() => true)
  const received: unknown[] = []
  const stop = server.subscribe(({ type, metadata }) => received.push([type, metadata.sessionIds]))
  server.notify('work-done', { by: 'Ada' })
  server.notify('work-done', { by: 'Ada' }, { sessionIds: ['s1'] })
  stop()
  stop()
  server.notify('work-done', { by: 'Ada' })
  expect(received).toEqual([
    ['work-done', undefined],
    ['work-done', ['s1']],
  ])
  expect(() => server.notify('work-started', {})).toThrow(McpError)
  expect(() => server.notify('work-done', { by: 1 })).toThrow(McpError)
})

it('notifies every listener, even if one throws', () => {
  const reported: unknown[] = []
  const { server } = start(() => true, { onError: ({ cause }) => reported.push(cause) })
  const received: unknown[] = []
  server.subscribe(() => {
    throw new Error('listener failed')
  })
  server.subscribe(({ type }) => received.push(type))
  server.notify('work-done', { by: 'Ada' })
  expect(received).toEqual(['work-done'])
  expect(reported).toEqual([new Error('listener failed')])
})

const approval = { kind: 'approval', message: 'Really?' }

it('sends an interaction and returns the response to the handler', async () => {
  const { process } = start((_params, context) => context.ask(approval))
  expect(await process({ ask: async () => ({ action: 'accept', content: { sure: true } }) }))
    // This handler returns the response as its result.
    .toMatchObject({ data: { result: { action: 'accept', content: { sure: true } } } })
})

const typed = { ...approval, schema: z.object({ why: z.string(), hours: z.number().default(8) }) }

it('sends a zod schema as JSON Schema and parses the response with it', async () => {
  const { process } = start((_params, context) => context.ask(typed))
  const ask = vi.fn<NonNullable<RequestContext['ask']>>(async () => ({
    action: 'accept',
    content: { why: 'rain' },
  }))
  expect(await process({ ask })).toMatchObject({
    data: { result: { action: 'accept', content: { why: 'rain', hours: 8 } } },
  })
  expect(ask).toHaveBeenCalledWith({
    ...approval,
    schema: expect.objectContaining({ type: 'object', required: ['why'] }),
  })
})

it.each([
  ['accept', { why: 5 }, { status: 'error', error: { code: 'invalid-params' } }],
  ['accept', undefined, { status: 'error', error: { code: 'invalid-params' } }],
  ['decline', undefined, { data: { result: { action: 'decline' } } }],
  ['cancel', { why: 5 }, { data: { result: { action: 'cancel' } } }],
] as const)('parses only the content of "accept": %s %j', async (action, content, response) => {
  const { process } = start((_params, context) => context.ask(typed))
  expect(await process({ ask: async () => ({ action, content }) })).toMatchObject(response)
})

it('returns "unavailable" if the caller does not support interactions', async () => {
  const { process } = start((_params, context) => context.ask(approval))
  expect(await process()).toMatchObject({
    error: { code: 'unavailable', retryable: false, details: { reason: 'no-person' } },
  })
})

const withoutResponse = { ask: () => new Promise<never>(() => {}) }
const denied = { error: { code: 'forbidden', details: { reason: 'approval-denied' } } }

it('denies an interaction without a response within its timeout', async () => {
  const { process, advance, pending } = start((_params, context) =>
    context.ask({ ...approval, timeoutMs: 100 }),
  )
  const response = process(withoutResponse)
  advance(100)
  expect(await response).toMatchObject(denied)
  expect(pending()).toBe(0)
})

it('denies an interaction without a response before the deadline', async () => {
  const { process, advance } = start((_params, context) => context.ask(approval))
  const response = process(withoutResponse)
  advance(1000)
  expect(await response).toMatchObject(denied)
})

it('stops waiting for the response when the request is cancelled', async () => {
  const failures: unknown[] = []
  const { process, caller } = start(async (_params, context) => {
    await context.ask(approval).catch((error: unknown) => failures.push(error))
  })
  const response = process(withoutResponse)
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  await vi.waitFor(() => expect(failures).toMatchObject([{ code: 'cancelled' }]))
})

it('cancels the calls in flight of a closed session, and no others', async () => {
  const { run, signals } = pendingHandler()
  const { server, process, advance } = start(run)
  const cancelled = process({ sessionId: 's1' })
  const other = process({ sessionId: 's2' })
  await server.sessionClosed('s1')
  expect(await cancelled).toMatchObject({ error: { code: 'cancelled' } })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  advance(1000)
  expect(await other).toMatchObject({ error: { code: 'timeout' } })
})

it('returns "unavailable" for calls in flight and later calls when it closes', async () => {
  const { run, signals } = pendingHandler()
  const { server, process } = start(run)
  const response = process()
  await server.close()
  expect(await response).toMatchObject({ error: { code: 'unavailable', retryable: true } })
  expect(signals[0]?.aborted).toBe(true)
  expect(await process()).toMatchObject({ error: { code: 'unavailable' } })
})

it('waits for calls in flight during the grace period when it closes', async () => {
  const complete = Promise.withResolvers<string>()
  const { run } = pendingHandler()
  const { server, process, advance } = start((params, context) =>
    context.sessionId === 's1' ? complete.promise : run(params, context),
  )
  const completed = process({ sessionId: 's1' })
  const stopped = process({ sessionId: 's2' })
  const closed = server.close({ graceMs: 500 })
  complete.resolve('done')
  expect(await completed).toMatchObject({ data: { result: 'done' } })
  expect(await process()).toMatchObject({ error: { code: 'unavailable' } })
  advance(500)
  expect(await stopped).toMatchObject({ error: { code: 'unavailable' } })
  await closed
})

it('calls onClose once, after the signals of the handlers are aborted', async () => {
  const { run, signals } = pendingHandler()
  const released: (boolean | undefined)[] = []
  const { server, process } = start(run, {
    onClose: () => {
      released.push(signals[0]?.aborted)
    },
  })
  await Promise.all([process(), server.close(), server.close()])
  expect(released).toEqual([true])
})

it('closes even if onClose fails, and reports the error', async () => {
  const reported: unknown[] = []
  const { server } = start(() => 1, {
    onClose: () => Promise.reject(new Error('stuck')),
    onError: ({ cause }) => reported.push(cause),
  })
  await server.close()
  expect(reported).toEqual([new Error('stuck')])
})
