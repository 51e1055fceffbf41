import { setImmediate } from 'node:timers/promises'

import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest, createResponse, McpError } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { createDispatcher } from '../dispatcher.ts'
import { createManualClock } from '@mcp/protocol/testing'
import { createSampleServer, describeSample, success } from '../fixtures/sample-server.ts'

const call = (operation = 'read') => createRequest('tool-execution', { tool: 'x', operation })
const codeOf = (response: ResponseEnvelope) =>
  response.status === 'error' ? response.error.code : 'ok'
const operations = [
  describeSample('read', { readOnly: true }),
  describeSample('ask', { readOnly: true, interactive: true }),
  describeSample('write'),
]

/** Creates a server that returns `unavailable` for the first `failures` requests. */
function flaky(failures: number, details?: Record<string, unknown>) {
  let attempts = 0
  return createSampleServer({
    operations,
    async process(request, context) {
      attempts++
      context.onEvent?.({ type: 'progress', data: { requestId: request.id, progress: attempts } })
      if (attempts > failures) return success(request, { attempts })
      return createResponse(request.id, 'error', new McpError('unavailable', 'Busy.', { details }))
    },
  })
}

it('runs the stages in their order', async () => {
  const steps: string[] = []
  const server = createSampleServer()
  const dispatcher = createDispatcher({
    servers: [server],
    authorize: (request) => {
      steps.push('authorize')
      return request.payload['operation'] !== 'secret'
    },
    rateLimit: (key) => {
      steps.push(`limit ${key}`)
      return key === 'busy' ? 50 : 0
    },
  })
  const send = async (operation: string, principal: string, deadline: number) =>
    codeOf(await dispatcher.dispatch(call(operation), { principal, deadline }))

  expect(await send('secret', 'busy', 1)).toBe('forbidden')
  expect(await send('read', 'busy', 1)).toBe('rate-limited')
  expect(await send('read', 'ann', 1)).toBe('timeout')
  expect(await send('read', 'ann', Date.now() + 1000)).toBe('ok')
  expect(steps.slice(0, 3)).toEqual(['authorize', 'authorize', 'limit busy'])
  expect(server.received).toHaveLength(1)
  await dispatcher.close()
})

it('returns the McpError that an authorization throws, and no text of other errors', async () => {
  const dispatcher = createDispatcher({
    servers: [createSampleServer()],
    authorize(request) {
      if (request.payload['operation'] === 'write') throw new McpError('forbidden', 'Read only.')
      throw new Error('the password is hunter2')
    },
  })
  expect(await dispatcher.dispatch(call('write'))).toMatchObject({
    error: { message: 'Read only.' },
  })
  const response = await dispatcher.dispatch(call())
  expect(codeOf(response)).toBe('internal')
  expect(JSON.stringify(response)).not.toContain('hunter2')
  await dispatcher.close()
})

it('retries only idempotent operations', async () => {
  const retry = { baseDelayMs: 1 }
  const server = flaky(2)
  const dispatcher = createDispatcher({ servers: [server], retry })
  expect(await dispatcher.dispatch(call())).toMatchObject({ data: { attempts: 3 } })
  await dispatcher.close()

  for (const operation of ['write', 'ask', 'unknown']) {
    const once = flaky(1)
    const other = createDispatcher({ servers: [once], retry })
    expect(codeOf(await other.dispatch(call(operation)))).toBe('unavailable')
    expect(once.received).toHaveLength(1)
    await other.close()
  }
})

it('stops after the maximum number of retries', async () => {
  const server = flaky(9)
  const dispatcher = createDispatcher({ servers: [server], retry: { baseDelayMs: 1 } })
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
  expect(server.received).toHaveLength(3)
  await dispatcher.close()
})

it('adds jitter to the delay that the server requests, and never retries past the deadline', async () => {
  const clock = createManualClock()
  const server = flaky(1, { retryAfterMs: 40 })
  const dispatcher = createDispatcher({
    servers: [server],
    retry: { baseDelayMs: 100, random: () => 0.5 },
    clock,
  })
  const response = dispatcher.dispatch(call(), { deadline: clock.now() + 1000 })
  await setImmediate()
  clock.advance(114)
  await setImmediate()
  expect(server.received).toHaveLength(1)
  clock.advance(1)
  expect(codeOf(await response)).toBe('ok')

  const late = flaky(1)
  const other = createDispatcher({ servers: [late], retry: { random: () => 1 }, clock })
  expect(codeOf(await other.dispatch(call(), { deadline: clock.now() + 99 }))).toBe('unavailable')
  await Promise.all([dispatcher.close(), other.close()])
  expect(clock.pending()).toBe(0)
})

it('does not retry a request that has emitted an event', async () => {
  const dispatcher = createDispatcher({ servers: [flaky(1)], retry: { baseDelayMs: 1 } })
  const events: unknown[] = []
  const onEvent = (event: unknown) => void events.push(event)
  expect(codeOf(await dispatcher.dispatch(call(), { onEvent }))).toBe('unavailable')
  expect(events).toHaveLength(1)
  await dispatcher.close()
})

it('passes no event to the caller after the response', async () => {
  let emit = (): void => {}
  const server = createSampleServer({
    process(request, { onEvent }) {
      emit = () => onEvent?.({ type: 'progress', data: { requestId: request.id, progress: 1 } })
      emit()
      return new Promise(() => {})
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const events: unknown[] = []
  const onEvent = (event: unknown) => void events.push(event)
  const response = await dispatcher.dispatch(call(), { onEvent, deadline: Date.now() + 10 })
  emit()
  expect([codeOf(response), events.length]).toEqual(['timeout', 1])
  await dispatcher.close()
})

it('stops retrying when the caller aborts', async () => {
  const clock = createManualClock()
  const server = flaky(9)
  const dispatcher = createDispatcher({ servers: [server], clock })
  const controller = new AbortController()
  const response = dispatcher.dispatch(call(), { signal: controller.signal })
  await setImmediate()
  controller.abort()
  expect(codeOf(await response)).toBe('cancelled')
  clock.advance(10_000)
  await setImmediate()
  expect(server.received).toHaveLength(1)
  await dispatcher.close()
})

it('limits concurrent calls, queues further calls, and refuses calls beyond the queue', async () => {
  const gates: (() => void)[] = []
  const server = createSampleServer({
    process: (request) =>
      new Promise((resolve) => {
        gates.push(() => resolve(success(request, {})))
      }),
  })
  const dispatcher = createDispatcher({
    servers: [server],
    concurrency: { limit: 2, maxQueued: 2, maxQueuedPerCaller: 2 },
  })
  const aborting = new AbortController()
  const running = [
    dispatcher.dispatch(call()),
    dispatcher.dispatch(call(), { principal: 'another' }),
  ]
  const queued = dispatcher.dispatch(call())
  const queuedThenAborted = dispatcher.dispatch(call(), { signal: aborting.signal })
  expect(await dispatcher.dispatch(call())).toMatchObject({
    error: { code: 'unavailable', details: { reason: 'overloaded' } },
  })
  expect(server.received).toHaveLength(2)

  aborting.abort()
  expect(codeOf(await queuedThenAborted)).toBe('cancelled')
  gates.shift()?.()
  await vi.waitFor(() => expect(server.received).toHaveLength(3))
  for (const open of gates) open()
  expect((await Promise.all([...running, queued])).map(codeOf)).toEqual(['ok', 'ok', 'ok'])
  await dispatcher.close()
})

it('keeps permits and places in the queue free for other callers', async () => {
  const gates: (() => void)[] = []
  const server = createSampleServer({
    process: (request) =>
      new Promise((resolve) => {
        gates.push(() => resolve(success(request, {})))
      }),
  })
  const dispatcher = createDispatcher({
    servers: [server],
    concurrency: { limit: 8, maxQueued: 16 },
  })
  const flood = Array.from({ length: 10 }, async (_, index) =>
    // A caller can open any number of sessions, so an anonymous caller is identified by its address.
    dispatcher.dispatch(call(), { address: '203.0.113.7', sessionId: `session ${index}` }),
  )
  expect(server.received).toHaveLength(4)
  expect(codeOf(await Promise.race(flood))).toBe('unavailable')

  const others = ['a', 'b', 'c'].map(async (principal) =>
    dispatcher.dispatch(call(), { principal }),
  )
  expect(server.received).toHaveLength(7)
  for (const open of gates.splice(4)) open()
  expect((await Promise.all(others)).map(codeOf)).toEqual(['ok', 'ok', 'ok'])

  await vi.waitFor(() => {
    for (const open of gates.splice(0)) open()
    expect(server.received).toHaveLength(11)
  })
  expect((await Promise.all(flood)).map(codeOf).toSorted()).toEqual([
    ...Array<string>(8).fill('ok'),
    ...Array<string>(2).fill('unavailable'),
  ])
  await dispatcher.close()
})

it('passes the permit of a call that timed out to the next', async () => {
  let isFirst = true
  const server = createSampleServer({
    process(request) {
      if (!isFirst) return Promise.resolve(success(request, {}))
      isFirst = false
      return new Promise(() => {})
    },
  })
  const dispatcher = createDispatcher({ servers: [server], concurrency: { limit: 1 } })
  const stuck = dispatcher.dispatch(call(), { deadline: Date.now() + 20 })
  const next = dispatcher.dispatch(call())
  expect([codeOf(await stuck), codeOf(await next)]).toEqual(['timeout', 'ok'])
  await dispatcher.close()
})
