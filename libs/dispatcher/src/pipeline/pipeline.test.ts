import { setImmediate } from 'node:timers/promises'

import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest, createResponse, McpError } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { createDispatcher } from '../dispatcher.ts'
import { createManualClock } from '../fixtures/manual-clock.ts'
import { createSampleServer, describeSample, success } from '../fixtures/sample-server.ts'

const call = (operation = 'read') => createRequest('tool-execution', { tool: 'x', operation })
const codeOf = (answer: ResponseEnvelope) => (answer.status === 'error' ? answer.error.code : 'ok')
const operations = [
  describeSample('read', { readOnly: true }),
  describeSample('ask', { readOnly: true, interactive: true }),
  describeSample('write'),
]

/** A server that answers `unavailable` until it has been asked `failures` times. */
function flaky(failures: number, details?: Record<string, unknown>) {
  let asked = 0
  return createSampleServer({
    operations,
    async process(request, context) {
      asked++
      context.onEvent?.({ type: 'progress', data: { requestId: request.id, progress: asked } })
      if (asked > failures) return success(request, { asked })
      return createResponse(request.id, 'error', new McpError('unavailable', 'Busy.', { details }))
    },
  })
}

it('asks the guards in their order', async () => {
  const asked: string[] = []
  const server = createSampleServer()
  const dispatcher = createDispatcher({
    servers: [server],
    authorize: (request) => {
      asked.push('authorize')
      return request.payload['operation'] !== 'secret'
    },
    rateLimit: (key) => {
      asked.push(`limit ${key}`)
      return key === 'busy' ? 50 : 0
    },
  })
  const send = async (operation: string, principal: string, deadline: number) =>
    codeOf(await dispatcher.dispatch(call(operation), { principal, deadline }))

  expect(await send('secret', 'busy', 1)).toBe('forbidden')
  expect(await send('read', 'busy', 1)).toBe('rate-limited')
  expect(await send('read', 'ann', 1)).toBe('timeout')
  expect(await send('read', 'ann', Date.now() + 1000)).toBe('ok')
  expect(asked.slice(0, 3)).toEqual(['authorize', 'authorize', 'limit busy'])
  expect(server.received).toHaveLength(1)
  await dispatcher.close()
})

it('answers with the refusal an authorization throws, and with no text of other failures', async () => {
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
  const answer = await dispatcher.dispatch(call())
  expect(codeOf(answer)).toBe('internal')
  expect(JSON.stringify(answer)).not.toContain('hunter2')
  await dispatcher.close()
})

it('tries an idempotent operation again, and no other', async () => {
  const retry = { firstDelayMs: 1 }
  const server = flaky(2)
  const dispatcher = createDispatcher({ servers: [server], retry })
  expect(await dispatcher.dispatch(call())).toMatchObject({ data: { asked: 3 } })
  await dispatcher.close()

  for (const operation of ['write', 'ask', 'unknown']) {
    const once = flaky(1)
    const other = createDispatcher({ servers: [once], retry })
    expect(codeOf(await other.dispatch(call(operation)))).toBe('unavailable')
    expect(once.received).toHaveLength(1)
    await other.close()
  }
})

it('gives up after the retries it may make', async () => {
  const server = flaky(9)
  const dispatcher = createDispatcher({ servers: [server], retry: { firstDelayMs: 1 } })
  expect(codeOf(await dispatcher.dispatch(call()))).toBe('unavailable')
  expect(server.received).toHaveLength(3)
  await dispatcher.close()
})

it('spreads its retries, waits as long as the server asks, and never past the deadline', async () => {
  const clock = createManualClock()
  const server = flaky(1, { retryAfterMs: 40 })
  const dispatcher = createDispatcher({
    servers: [server],
    retry: { firstDelayMs: 100, random: () => 0.5 },
    clock,
  })
  const answer = dispatcher.dispatch(call(), { deadline: clock.now() + 1000 })
  await setImmediate()
  clock.advance(89)
  await setImmediate()
  expect(server.received).toHaveLength(1)
  clock.advance(1)
  expect(codeOf(await answer)).toBe('ok')

  const late = flaky(1)
  const other = createDispatcher({ servers: [late], retry: { random: () => 1 }, clock })
  expect(codeOf(await other.dispatch(call(), { deadline: clock.now() + 99 }))).toBe('unavailable')
  await Promise.all([dispatcher.close(), other.close()])
  expect(clock.pending()).toBe(0)
})

it('does not begin a stream a second time', async () => {
  const dispatcher = createDispatcher({ servers: [flaky(1)], retry: { firstDelayMs: 1 } })
  const events: unknown[] = []
  const onEvent = (event: unknown) => void events.push(event)
  expect(codeOf(await dispatcher.dispatch(call(), { onEvent }))).toBe('unavailable')
  expect(events).toHaveLength(1)
  await dispatcher.close()
})

it('passes on no event after the answer', async () => {
  let tell = (): void => {}
  const server = createSampleServer({
    process(request, { onEvent }) {
      tell = () => onEvent?.({ type: 'progress', data: { requestId: request.id, progress: 1 } })
      tell()
      return new Promise(() => {})
    },
  })
  const dispatcher = createDispatcher({ servers: [server] })
  const events: unknown[] = []
  const onEvent = (event: unknown) => void events.push(event)
  const answer = await dispatcher.dispatch(call(), { onEvent, deadline: Date.now() + 10 })
  tell()
  expect([codeOf(answer), events.length]).toEqual(['timeout', 1])
  await dispatcher.close()
})

it('stops trying when the caller leaves', async () => {
  const clock = createManualClock()
  const server = flaky(9)
  const dispatcher = createDispatcher({ servers: [server], clock })
  const controller = new AbortController()
  const answer = dispatcher.dispatch(call(), { signal: controller.signal })
  await setImmediate()
  controller.abort()
  expect(codeOf(await answer)).toBe('cancelled')
  clock.advance(10_000)
  await setImmediate()
  expect(server.received).toHaveLength(1)
  await dispatcher.close()
})

it('lets so many calls run at a time, queues some, and refuses the rest', async () => {
  const gates: (() => void)[] = []
  const server = createSampleServer({
    process: (request) =>
      new Promise((resolve) => {
        gates.push(() => resolve(success(request, {})))
      }),
  })
  const dispatcher = createDispatcher({ servers: [server], concurrency: { limit: 2, queue: 2 } })
  const leaving = new AbortController()
  const running = [dispatcher.dispatch(call()), dispatcher.dispatch(call())]
  const queued = dispatcher.dispatch(call())
  const queuedAndGone = dispatcher.dispatch(call(), { signal: leaving.signal })
  expect(await dispatcher.dispatch(call())).toMatchObject({
    error: { code: 'unavailable', details: { reason: 'overloaded' } },
  })
  expect(server.received).toHaveLength(2)

  leaving.abort()
  expect(codeOf(await queuedAndGone)).toBe('cancelled')
  gates.shift()?.()
  await vi.waitFor(() => expect(server.received).toHaveLength(3))
  for (const open of gates) open()
  expect((await Promise.all([...running, queued])).map(codeOf)).toEqual(['ok', 'ok', 'ok'])
  await dispatcher.close()
})

it('gives the place of a call that timed out to the next', async () => {
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
