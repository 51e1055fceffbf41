import { setImmediate } from 'node:timers/promises'

import type { ResponseEnvelope } from '@mcp/protocol'
import { createNotification, createRequest } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { Dispatcher } from '../dispatcher.ts'
import { createDispatcher } from '../dispatcher.ts'
import { createManualClock } from '@mcp/protocol/testing'
import type { SampleServer } from '../fixtures/sample-server.ts'
import { createSampleServer, success } from '../fixtures/sample-server.ts'
import type { TransportFault } from '../calls/transport-fault.ts'
import { transportFaultResponse } from '../calls/transport-fault.ts'

interface Flaky extends SampleServer {
  fault: TransportFault | 'hang' | undefined
}

function replica(id: string): Flaky {
  const server: Flaky = Object.assign(
    createSampleServer({
      async process(request) {
        if (server.fault === undefined) return success(request, { id })
        if (server.fault === 'hang') return new Promise(() => {})
        return transportFaultResponse(request, server.fault, {
          source: id,
          message: 'Connection lost.',
        })
      },
    }),
    { url: `http://${id}.test`, fault: undefined },
  )
  return server
}

const send = async (dispatcher: Dispatcher, sessionId?: string, deadline?: number) =>
  dispatcher.dispatch(createRequest('tool-execution'), {
    sessionId,
    ...(deadline === undefined ? {} : { deadline }),
  })
const idOf = (response: ResponseEnvelope) =>
  response.status === 'success' ? response.data['id'] : response.error.code

it('keeps a session on its replica, and spreads sessions over all of them', async () => {
  const dispatcher = createDispatcher({ servers: [[replica('a'), replica('b'), replica('c')]] })
  const count = new Map<unknown, number>()
  for (let session = 0; session < 300; session++) {
    const id = idOf(await send(dispatcher, `session-${session}`))
    expect(idOf(await send(dispatcher, `session-${session}`))).toBe(id)
    count.set(id, (count.get(id) ?? 0) + 1)
  }
  expect(new Set(count.keys())).toEqual(new Set(['a', 'b', 'c']))
  expect(Math.min(...count.values())).toBeGreaterThan(60)
  await dispatcher.close()
})

it('moves only the sessions of a replica that is removed', async () => {
  const replicasFor = async (...ids: string[]) => {
    const dispatcher = createDispatcher({ servers: [ids.map(replica)] })
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, session) => send(dispatcher, `session-${session}`)),
    )
    await dispatcher.close()
    return responses.map(idOf)
  }
  const before = await replicasFor('a', 'b', 'c')
  const after = await replicasFor('a', 'c')
  expect(before.filter((id) => id !== 'b')).toEqual(after.filter((_, at) => before[at] !== 'b'))
})

it('rotates requests without a session', async () => {
  const dispatcher = createDispatcher({ servers: [[replica('a'), replica('b')]] })
  const ids = [await send(dispatcher), await send(dispatcher), await send(dispatcher)].map(idOf)
  expect(ids).toEqual(['a', 'b', 'a'])
  await dispatcher.close()
})

it('tries the next replica only if nothing was sent', async () => {
  const [a, b] = [replica('a'), replica('b')]
  const dispatcher = createDispatcher({ servers: [[a, b]] })
  a.fault = 'not-sent'
  expect([idOf(await send(dispatcher)), idOf(await send(dispatcher))]).toEqual(['b', 'b'])
  a.fault = 'outcome-unknown'
  expect(await send(dispatcher)).toMatchObject({
    error: { code: 'upstream-error', details: { reason: 'outcome-unknown' } },
  })
  await dispatcher.close()
})

it('sends no requests to a broken replica until one of them probes it', async () => {
  const clock = createManualClock()
  const [a, b] = [replica('a'), replica('b')]
  const dispatcher = createDispatcher({ servers: [[a, b]], clock })
  a.fault = 'outcome-unknown'
  for (let number = 0; number < 10; number++) await send(dispatcher)
  expect(a.received).toHaveLength(5)
  expect(idOf(await send(dispatcher))).toBe('b')
  expect(a.received).toHaveLength(5)
  await dispatcher.close()
})

it('probes with one of the waiting requests, then sends all or none', async () => {
  const clock = createManualClock()
  const server = replica('a')
  const dispatcher = createDispatcher({ servers: [server], clock })
  server.fault = 'not-sent'
  for (let number = 0; number < 5; number++) await send(dispatcher)

  const refused = [send(dispatcher), send(dispatcher)]
  await setImmediate()
  expect(server.received).toHaveLength(5)
  clock.advance(200)
  expect((await Promise.all(refused)).map(idOf)).toEqual(['unavailable', 'unavailable'])
  expect(server.received).toHaveLength(6)

  server.fault = undefined
  const served = [send(dispatcher), send(dispatcher), send(dispatcher)]
  await setImmediate()
  clock.advance(200)
  expect((await Promise.all(served)).map(idOf)).toEqual(['a', 'a', 'a'])
  await dispatcher.close()
  expect(clock.pending()).toBe(0)
})

it('probes with another request if the first probe ended without a result', async () => {
  const clock = createManualClock()
  const server = replica('a')
  const dispatcher = createDispatcher({ servers: [server], clock })
  server.fault = 'not-sent'
  for (let number = 0; number < 5; number++) await send(dispatcher)

  server.fault = 'hang'
  const probing = send(dispatcher, undefined, clock.now() + 300)
  const waiting = send(dispatcher, undefined, clock.now() + 1000)
  await setImmediate()
  clock.advance(200)
  await setImmediate()
  server.fault = undefined
  clock.advance(100)
  expect([idOf(await probing), idOf(await waiting)]).toEqual(['timeout', 'a'])
  await dispatcher.close()
})

it('closes the breaker when the server emits a notification', async () => {
  const clock = createManualClock()
  const server = replica('a')
  const dispatcher = createDispatcher({ servers: [server], clock })
  server.fault = 'not-sent'
  for (let number = 0; number < 5; number++) await send(dispatcher)
  server.fault = undefined
  server.emit(createNotification('server-restarted'))
  expect(idOf(await send(dispatcher))).toBe('a')
  await dispatcher.close()
})

it('does not open the breaker for errors that the server itself returns', async () => {
  const server = createSampleServer({ process: () => Promise.reject(new Error('no')) })
  const dispatcher = createDispatcher({ servers: [server] })
  for (let number = 0; number < 10; number++) await send(dispatcher)
  expect(server.received).toHaveLength(10)
  await dispatcher.close()
})

it('lists replicas as one server, degraded if one of them is unhealthy', async () => {
  const unhealthy = {
    ...replica('b'),
    health: () => ({ state: 'unhealthy', reason: 'Disk full.' }) as const,
  }
  const dispatcher = createDispatcher({ servers: [[replica('a'), unhealthy]] })
  expect(await dispatcher.servers()).toMatchObject([
    {
      name: 'tools',
      health: { state: 'degraded', reason: '1 of 2 replicas are healthy: Disk full.' },
    },
  ])
  await dispatcher.close()
})
