import { createRequest, createResponse, McpError } from '@mcp/protocol'
import { recordMetrics } from '@mcp/telemetry/testing'
import { expect, it } from 'vitest'

import { transportFaultResponse } from './calls/transport-fault.ts'
import { createDispatcher } from './dispatcher.ts'
import { createSampleServer, describeSample, success } from './fixtures/sample-server.ts'

const payload = { tool: 'calculator', operation: 'add' }
const add = (id: string) => createRequest('tool-execution', payload, { id })

it('emits calls in flight, queued calls and the state of breakers of each server', async () => {
  const { promise: blocked, resolve: unblock } = Promise.withResolvers<void>()
  const server = createSampleServer({
    process: async (request) => {
      await blocked
      return success(request, { result: 1 })
    },
  })
  const metrics = recordMetrics()
  const dispatcher = createDispatcher({ servers: [server], concurrency: { limit: 1 }, metrics })
  await dispatcher.servers()
  const calls = ['first', 'second'].map(async (id) => dispatcher.dispatch(add(id)))

  const tools = { server: 'tools' }
  expect(metrics.valueOf('mcp_dispatcher_calls_in_flight', tools)).toBe(1)
  expect(metrics.valueOf('mcp_dispatcher_calls_queued', tools)).toBe(1)
  expect(metrics.valueOf('mcp_dispatcher_replicas_available', tools)).toBe(1)
  expect(metrics.valueOf('mcp_dispatcher_breakers_open', tools)).toBe(0)

  unblock()
  await Promise.all(calls)
  await dispatcher.close()
  expect(metrics.valueOf('mcp_dispatcher_calls_queued', tools)).toBeUndefined()
})

it('observes the duration of each call by server, operation and code, and counts retries', async () => {
  let attempts = 0
  const server = createSampleServer({
    operations: [describeSample('add', { readOnly: true }, 'calculator')],
    process: (request) =>
      ++attempts === 1
        ? createResponse(request.id, 'error', new McpError('unavailable', 'Not yet.'))
        : success(request, { result: 1 }),
  })
  const metrics = recordMetrics()
  const dispatcher = createDispatcher({ servers: [server], metrics })
  await dispatcher.dispatch(add('first'))
  await dispatcher.dispatch(createRequest('tool-execution', { operation: 'forged-by-caller' }))
  await dispatcher.dispatch(createRequest('forged-type', {}))
  await dispatcher.close()

  const name = 'mcp_call_duration_seconds'
  const labels = { server: 'tools', operation: 'calculator.add', code: 'ok' }
  expect(metrics.valueOf(name, labels)).toBe(1)
  expect(metrics.valueOf('mcp_retries_total', { server: 'tools' })).toBe(1)
  expect(metrics.valueOf(name, { ...labels, operation: 'unknown' })).toBe(1)
  const unknown = { server: 'unknown', operation: 'unknown', code: 'unknown-type' }
  expect(metrics.valueOf(name, unknown)).toBe(1)
})

it('reports a breaker that opens and closes once each, not each failed call', async () => {
  let isUp = false
  const server = createSampleServer({
    process: (request) =>
      isUp
        ? success(request, {})
        : transportFaultResponse(request, 'not-sent', { message: 'down', cause: undefined }),
  })
  const changes: unknown[] = []
  const dispatcher = createDispatcher({
    servers: [server],
    retry: false,
    breaker: { maxFaults: 2, probeAfterMs: 1 },
    onBreakerChange: (change) => changes.push(change),
  })
  for (let call = 0; call < 5; call++) await dispatcher.dispatch(add(`down-${call}`))
  isUp = true
  await dispatcher.dispatch(add('up'))
  await dispatcher.dispatch(add('still-up'))
  await dispatcher.close()
  const change = { server: 'tools', replica: '0' }
  expect(changes).toEqual([
    { ...change, isClosed: false },
    { ...change, isClosed: true },
  ])
})
