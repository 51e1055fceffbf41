import type { HandlerContext, RequestContext, RequestEvent } from '@mcp/protocol'
import { createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'
import * as z from 'zod'

import { createManualClock } from '../../examples/manual-clock.ts'
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
  const server = defineServer(work, { run }, { clock: time.clock, ...options })
  const caller = new AbortController()
  const context: RequestContext = { signal: caller.signal, deadline: time.clock.now() + 1000 }
  return {
    ...time,
    server,
    caller,
    process: (more: Partial<RequestContext> = {}) =>
      server.process(request, { ...context, ...more }),
  }
}

/** A handler that never answers, and what became of its signal. */
function stubborn() {
  const signals: AbortSignal[] = []
  const run: Run = (_params, { signal }) => {
    signals.push(signal)
    return new Promise(() => {})
  }
  return { run, signals }
}

it('answers with a timeout when the deadline passes, also where the handler takes no notice', async () => {
  const { run, signals } = stubborn()
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

it('does not begin what is past its deadline already', async () => {
  const { process } = start(() => expect.unreachable())
  expect(await process({ deadline: 1 })).toMatchObject({ error: { code: 'timeout' } })
})

it('waits for a day where the deadline is no finite time', async () => {
  const { run } = stubborn()
  const { process, advance } = start(run)
  const response = process({ deadline: Number.POSITIVE_INFINITY })
  advance(86_400_000)
  expect(await response).toMatchObject({ error: { code: 'timeout' } })
})

it('sets no timer for a handler that is done at once', async () => {
  const { process, pending } = start(() => 1)
  const response = process()
  expect(pending()).toBe(0)
  expect(await response).toMatchObject({ data: { result: 1 } })
})

it('answers with "cancelled" when the caller cancels, also where the handler takes no notice', async () => {
  const { run, signals } = stubborn()
  const { process, caller, pending } = start(run)
  const response = process()
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled', retryable: false } })
  expect(signals[0]?.aborted).toBe(true)
  expect(pending()).toBe(0)
})

it('is cancelled by a caller who leaves because of the first thing it is told', async () => {
  const { process, caller, pending } = start((_params, context) => {
    context.progress({ progress: 1 })
    return new Promise(() => {})
  })
  const response = process({ onEvent: () => caller.abort() })
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  expect(pending()).toBe(0)
})

it('does not begin what is cancelled already', async () => {
  const { process, caller } = start(() => expect.unreachable())
  caller.abort()
  expect(await process()).toMatchObject({ error: { code: 'cancelled' } })
})

it('answers with the reason of the caller where that is an error of the protocol', async () => {
  const { process, caller } = start(stubborn().run)
  const response = process()
  caller.abort(new McpError('unavailable', 'Draining.'))
  expect(await response).toMatchObject({ error: { code: 'unavailable', message: 'Draining.' } })
})

it('answers why it was stopped, not what the handler made of it', async () => {
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

it('tells progress and chunks to a caller that listens', async () => {
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

it('tells nothing more once it has answered', async () => {
  const events: RequestEvent[] = []
  const { promise: late, resolve: finish } = Promise.withResolvers<void>()
  const { process, caller } = start(async (_params, context) => {
    await late
    context.progress({ progress: 1 })
  })
  const response = process({ onEvent: (event) => events.push(event) })
  caller.abort()
  await response
  finish()
  await late
  expect(events).toEqual([])
})

it('does not let a caller whose listener fails spoil the work', async () => {
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
      throw new Error('deaf')
    },
  })
  expect(response).toMatchObject({ data: { result: 'done' } })
  expect(reported).toEqual([new Error('deaf')])
})

it('reports a chunk that breaks the contract, where results are checked', async () => {
  const { process } = start((_params, context) => context.chunk(5), { checkResults: true })
  expect(await process()).toMatchObject({ error: { code: 'internal' } })
})

it('tells a notification to the session of its request, with the defaults of its schema', async () => {
  const { server, process } = start((_params, context) => {
    context.notify('work-done', { by: 'Ada' })
    return true
  })
  const heard: unknown[] = []
  server.subscribe((notification) => heard.push(notification))
  await process({ sessionId: 's1' })
  await process()
  expect(heard).toMatchObject([
    {
      type: 'work-done',
      data: { by: 'Ada', hours: 8 },
      metadata: { source: 'work', sessionIds: ['s1'] },
    },
    { metadata: { sessionIds: [] } },
  ])
})

it('tells a notification to the sessions a handler names, or to all', async () => {
  const { server, process } = start((_params, context) => {
    context.notify('work-done', { by: 'Ada' }, { sessionIds: ['s2', 's3'] })
    context.notify('work-done', { by: 'Ada' }, { sessionIds: 'all' })
    return true
  })
  const heard: unknown[] = []
  server.subscribe(({ metadata }) => heard.push(metadata.sessionIds))
  await process({ sessionId: 's1' })
  expect(heard).toEqual([['s2', 's3'], undefined])
})

it('tells a notification outside any request to all, and none that the contract does not know', () => {
  const { server } = start(() => true)
  const heard: unknown[] = []
  const stop = server.subscribe(({ type, metadata }) => heard.push([type, metadata.sessionIds]))
  server.notify('work-done', { by: 'Ada' })
  server.notify('work-done', { by: 'Ada' }, { sessionIds: ['s1'] })
  stop()
  stop()
  server.notify('work-done', { by: 'Ada' })
  expect(heard).toEqual([
    ['work-done', undefined],
    ['work-done', ['s1']],
  ])
  expect(() => server.notify('work-begun', {})).toThrow(McpError)
  expect(() => server.notify('work-done', { by: 1 })).toThrow(McpError)
})

it('tells every listener, even after one that fails', () => {
  const reported: unknown[] = []
  const { server } = start(() => true, { onError: ({ cause }) => reported.push(cause) })
  const heard: unknown[] = []
  server.subscribe(() => {
    throw new Error('deaf')
  })
  server.subscribe(({ type }) => heard.push(type))
  server.notify('work-done', { by: 'Ada' })
  expect(heard).toEqual(['work-done'])
  expect(reported).toEqual([new Error('deaf')])
})

const question = { kind: 'approval', message: 'Really?' }

it('puts a question to a person and hands on the answer', async () => {
  const { process } = start((_params, context) => context.ask(question))
  expect(await process({ ask: async () => ({ action: 'accept', content: { sure: true } }) }))
    // The answer is the handler's result here.
    .toMatchObject({ data: { result: { action: 'accept', content: { sure: true } } } })
})

it('says that there is no person to ask where the caller knows none', async () => {
  const { process } = start((_params, context) => context.ask(question))
  expect(await process()).toMatchObject({
    error: { code: 'unavailable', retryable: false, details: { reason: 'no-person' } },
  })
})

const nobody = { ask: () => new Promise<never>(() => {}) }
const denied = { error: { code: 'forbidden', details: { reason: 'approval-denied' } } }

it('takes no answer within the time of the question for a no', async () => {
  const { process, advance, pending } = start((_params, context) =>
    context.ask({ ...question, timeoutMs: 100 }),
  )
  const response = process(nobody)
  advance(100)
  expect(await response).toMatchObject(denied)
  expect(pending()).toBe(0)
})

it('takes no answer before the deadline for a no', async () => {
  const { process, advance } = start((_params, context) => context.ask(question))
  const response = process(nobody)
  advance(1000)
  expect(await response).toMatchObject(denied)
})

it('stops waiting for a person when the request is cancelled', async () => {
  const failures: unknown[] = []
  const { process, caller } = start(async (_params, context) => {
    await context.ask(question).catch((error: unknown) => failures.push(error))
  })
  const response = process(nobody)
  caller.abort()
  expect(await response).toMatchObject({ error: { code: 'cancelled' } })
  await vi.waitFor(() => expect(failures).toMatchObject([{ code: 'cancelled' }]))
})

it('cancels what is in flight for a session that closes, and for no other', async () => {
  const { run, signals } = stubborn()
  const { server, process, advance } = start(run)
  const gone = process({ sessionId: 's1' })
  const other = process({ sessionId: 's2' })
  await server.sessionClosed('s1')
  expect(await gone).toMatchObject({ error: { code: 'cancelled' } })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  advance(1000)
  expect(await other).toMatchObject({ error: { code: 'timeout' } })
})

it('answers what is in flight, and what comes later, with "unavailable" when it closes', async () => {
  const { run, signals } = stubborn()
  const { server, process } = start(run)
  const response = process()
  await server.close()
  expect(await response).toMatchObject({ error: { code: 'unavailable', retryable: true } })
  expect(signals[0]?.aborted).toBe(true)
  expect(await process()).toMatchObject({ error: { code: 'unavailable' } })
})

it('releases what its handlers hold once, after they were told to stop', async () => {
  const { run, signals } = stubborn()
  const released: (boolean | undefined)[] = []
  const { server, process } = start(run, {
    onClose: () => {
      released.push(signals[0]?.aborted)
    },
  })
  await Promise.all([process(), server.close(), server.close()])
  expect(released).toEqual([true])
})

it('closes even where a release fails, and reports that', async () => {
  const reported: unknown[] = []
  const { server } = start(() => 1, {
    onClose: () => Promise.reject(new Error('stuck')),
    onError: ({ cause }) => reported.push(cause),
  })
  await server.close()
  expect(reported).toEqual([new Error('stuck')])
})
