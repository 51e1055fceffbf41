import { createNotification, createRequest, createResponse } from '@mcp/protocol'
import type { RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { createSessionManager } from '@mcp/session-manager'
import type { RequestDispatcher } from '@mcp/session-manager'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createRedisStores } from './redis-stores.ts'

/** Starts a session manager whose requests wait for `respond`. */
async function startReplica(url: string, prefix: string) {
  const stores = await createRedisStores(url, { prefix, leaseMs: 800 })
  const waiting: ((response: ResponseEnvelope) => void)[] = []
  const runs: RequestEnvelope[] = []
  const released: string[] = []
  const dispatcher: RequestDispatcher = {
    dispatch(request, context) {
      runs.push(request)
      context?.onRouted?.('notes')
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
    operationOf: () => undefined,
    descriptions: () => [],
    servers: async () => [],
    subscribe: () => () => {},
    async sessionClosed(sessionId) {
      released.push(sessionId)
    },
  }
  const manager = createSessionManager({ dispatcher, stores })
  return {
    manager,
    runs,
    released,
    respond() {
      for (const [index, request] of runs.entries()) {
        waiting[index]?.(createResponse(request.id, 'success', { result: 5 }))
      }
    },
    /** Ends as a process that is killed: without a response and without renewing its lease. */
    kill: () => stores.close(),
    async close() {
      await manager.close({ graceMs: 0 })
      await stores.close()
    },
  }
}

describe.skipIf(isRedisMissing())('two session managers on one Redis', () => {
  let redis: RunningRedis
  let count = 0
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.kill())

  async function startTwo() {
    const prefix = `replicas-${++count}:`
    const here = await startReplica(redis.url, prefix)
    const there = await startReplica(redis.url, prefix)
    const { sessionId } = await here.manager.openSession()
    return { here, there, sessionId }
  }

  it('give a request that is repeated at the other one the same response', async () => {
    const { here, there, sessionId } = await startTwo()
    const request = createRequest('note-keeping', { operation: 'add' })
    const first = here.manager.handle(sessionId, request)
    await vi.waitFor(() => expect(here.runs).toHaveLength(1))
    const second = there.manager.handle(sessionId, request)
    here.respond()
    expect(await second).toEqual(await first)
    expect(await first).toMatchObject({ status: 'success' })
    expect(there.runs).toEqual([])
    await here.close()
    await there.close()
  })

  it('report an unknown outcome if the other one ended during the request', async () => {
    const { here, there, sessionId } = await startTwo()
    const request = createRequest('note-keeping', { operation: 'add' })
    void here.manager.handle(sessionId, request)
    await vi.waitFor(() => expect(here.runs).toHaveLength(1))
    await here.kill()
    const response = await there.manager.handle(sessionId, request)
    expect(response).toMatchObject({
      status: 'error',
      error: { code: 'upstream-error', details: { reason: 'outcome-unknown' } },
    })
    expect(there.runs).toEqual([])
    await here.close()
    await there.close()
  })

  it('cancel a request of the other one, and end its sessions and streams', async () => {
    const { here, there, sessionId } = await startTwo()
    const request = createRequest('note-keeping', { operation: 'add' })
    const running = here.manager.handle(sessionId, request)
    await vi.waitFor(() => expect(here.runs).toHaveLength(1))
    const path = `http://service.test/sessions/${sessionId}`
    await there.manager.fetch(new Request(`${path}/requests/${request.id}`, { method: 'DELETE' }))
    expect(await running).toMatchObject({ status: 'error', error: { code: 'cancelled' } })

    const stream = await here.manager.fetch(new Request(`${path}/events`))
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    // New events are those after `stream-open`.
    let text = (await reader?.read())?.value ?? ''
    for (const number of [1, 2, 3]) {
      await there.manager.publish(sessionId, createNotification('note-added', { number }))
      await there.manager.publish('all', createNotification('note-shared', { number }))
    }
    await there.manager.closeSession(sessionId)
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      text += next.value
    }
    const events = [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)
    expect(events[0]).toBe('stream-open')
    expect(events.at(-1)).toBe('session-closed')
    const own = events.filter((type) => type === 'note-added')
    const shared = events.filter((type) => type === 'note-shared')
    expect([own.length, shared.length]).toEqual([3, 3])
    // The other one did not use the server, but it knows that the session did.
    expect(there.released).toEqual([sessionId])
    await here.close()
    await there.close()
  })
})
