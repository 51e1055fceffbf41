import type { NewSession, StoreLimits } from '@mcp/session-manager'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import type { RedisStores } from './redis-stores.ts'
import { createRedisStores } from './redis-stores.ts'
import { createSession } from './scripts/session-scripts.ts'

const at = 1_800_000_000_000
const leaseMs = 500
const isActive = () => false

const newSession = (id: string, owner?: string): NewSession => ({
  id,
  clientId: 'c',
  owner,
  metadata: '{"a":1}',
  createdAt: at,
  ttlMs: 60_000,
})

describe.skipIf(isRedisMissing())('Redis', () => {
  let redis: RunningRedis
  let probe: Redis
  beforeAll(async () => {
    redis = await startRedis()
    probe = new Redis(redis.url)
  })
  beforeEach(() => probe.flushall())
  afterAll(async () => {
    probe.disconnect()
    await redis.kill()
  })

  const open = (limits: Partial<StoreLimits> = {}): Promise<RedisStores> =>
    createRedisStores(redis.url, { leaseMs, limits })

  /** Sweeps until nothing more ends. */
  async function sweep(stores: RedisStores, time: number): Promise<readonly string[]> {
    const ended: string[] = []
    for (let hasMore = true; hasMore;) {
      const swept = await stores.sessions.sweep(time, isActive)
      ended.push(...swept.ended.map(({ id }) => id))
      hasMore = swept.hasMore
    }
    return ended
  }

  /** Uses everything that a session can have. */
  async function use(stores: RedisStores, id: string): Promise<void> {
    await stores.sessions.addServer(id, 'notes')
    for (const number of [1, 2, 3]) {
      const requestId = `${id}-${number}`
      const claimed = await stores.responses.claim(id, {
        requestId,
        fingerprint: number,
        at,
        rerunLost: false,
        owner: id === 'owned' ? 'ada' : undefined,
      })
      expect(claimed.type).toBe('claimed')
      const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
      const response = { status: 200, body: '{"result":5}' }
      // The third request stays in flight.
      if (number < 3) await stores.responses.settle(id, { requestId, ticket }, at, response)
      const event = { id: `event-${id}-${number}`, type: 'note-added', data: '{}', at }
      await stores.events.append(id, event)
      await stores.events.append(undefined, { ...event, id: `shared-${id}-${number}` })
    }
    for (const name of ['open', 'resolved']) {
      await stores.interactions.add(id, {
        id: `${id}-${name}`,
        requestId: `${id}-1`,
        kind: 'confirmation',
        message: 'Continue?',
        expiresAt: at + 30_000,
      })
    }
    await stores.interactions.resolve(id, `${id}-resolved`, { action: 'accept', content: {} })
    stores.sessions.touch(id, at + 1)
    await stores.counters.take(`limit-${id}`, { requests: 1000, perMs: 1000 })
    await stores.counters.add(`budget-${id}`, 5, Date.now() + 300)
  }

  it.each(['closed', 'expired'] as const)(
    'has no keys after all sessions are %s, and after all times to live',
    async (reason) => {
      // Small bounds, so that responses and events are also evicted.
      const stores = await open({ maxResponses: 1, maxEvents: 2, maxResolvedInteractions: 1 })
      for (const id of ['a', 'b', 'owned']) {
        await stores.sessions.create(newSession(id, id === 'owned' ? 'ada' : undefined))
        await use(stores, id)
      }
      expect(await probe.dbsize()).toBeGreaterThan(20)
      if (reason === 'closed') {
        for (const id of ['a', 'b', 'owned']) await stores.sessions.end(id, 'closed', at + 10)
      }
      const expired = reason === 'closed' ? [] : ['a', 'b', 'owned']
      expect(await sweep(stores, at + 60_000)).toEqual([])
      expect((await sweep(stores, at + 60_002)).toSorted()).toEqual(expired)
      const day = 24 * 60 * 60 * 1000
      await vi.waitFor(
        async () => {
          await sweep(stores, at + day)
          // The leases of this session manager remain until it ends.
          const keys = (await probe.keys('*')).map((key) => key.replace(/replica:.*/, 'replica'))
          expect(keys.toSorted()).toEqual(['mcp:{all}:replica', 'mcp:{all}:sweeper'])
        },
        { timeout: 5000 },
      )
      await stores.close()
      await vi.waitFor(async () => expect(await probe.dbsize()).toBe(0), { timeout: 5000 })
    },
  )

  const places = () => probe.hkeys('mcp:{all}:sessions')

  /** Sweeps until the repair has released the places of the given number of sessions. */
  async function repairedTo(stores: RedisStores, expected: readonly string[]): Promise<void> {
    await vi.waitFor(
      async () => {
        await sweep(stores, at)
        expect((await places()).toSorted()).toEqual(expected)
      },
      { timeout: 10_000 },
    )
  }

  it('releases the places of sessions that were lost, and deletes what is left of them', async () => {
    const stores = await open({ maxSessionsPerOwner: 2 })
    for (const id of ['killed', 'owned']) {
      await stores.sessions.create(newSession(id, 'ada'))
    }
    await stores.sessions.create(newSession('evicted'))
    await stores.sessions.create(newSession('live'))
    await use(stores, 'evicted')
    await use(stores, 'live')
    // A session manager was killed between the end of the session and the release of its place.
    const shardOf = async (id: string) => (await probe.keys(`mcp:*:session:${id}`))[0] ?? ''
    const killed = await shardOf('killed')
    await probe.del(killed)
    await probe.zrem(killed.replace('session:killed', 'expiry'), 'killed')
    // Redis has evicted one key of this session.
    await probe.del(await shardOf('evicted'))

    await expect(stores.sessions.create(newSession('third', 'ada'))).rejects.toMatchObject({
      code: 'rate-limited',
    })
    await repairedTo(stores, ['live', 'owned'])
    expect(await probe.get('mcp:{all}:metadata-bytes')).toBe(String(2 * '{"a":1}'.length))
    await stores.sessions.create(newSession('third', 'ada'))
    expect(await probe.keys('*evicted')).toEqual([])
    expect(await stores.sessions.read('live')).toMatchObject({ id: 'live', servers: ['notes'] })
    expect((await stores.events.read('live', '0.0', 10))?.events.length).toBeGreaterThan(3)
    await stores.close()
  })

  it('does not create a session whose place may have been released, and keeps a new place', async () => {
    const stores = await open()
    // The process was suspended after it had reserved the place.
    const args = ['late', at, Date.now() - 1000, 'ttlMs', 60_000]
    expect(await probe.eval(createSession, 2, 'session', 'expiry', ...args)).toBe(0)
    expect(await probe.keys('*')).not.toContain('session')
    // The place of a session that another session manager is creating.
    await probe.hset('mcp:{all}:sessions', 'early', `7:${Date.now() + 60_000}:`)
    await sweep(stores, at)
    expect(await places()).toEqual(['early'])
    await stores.close()
  })

  it('gives a session an expiry again if its index was lost', async () => {
    const stores = await open()
    await stores.sessions.create(newSession('a'))
    for (const key of await probe.keys('*expiry')) await probe.del(key)
    await sweep(stores, at)
    expect(await sweep(stores, at + 60_000)).toEqual(['a'])
    await stores.close()
  })

  it('sweeps at the same cost with 10 times as many sessions', async () => {
    const stores = await open()
    let count = 0
    async function callsOfSweep(sessions: number): Promise<number> {
      for (; count < sessions; count += 250) {
        const batch = Array.from({ length: 250 }, (_value, index) =>
          newSession(`s-${count + index}`),
        )
        await Promise.all(batch.map(async (session) => stores.sessions.create(session)))
      }
      await sweep(stores, at)
      await probe.config('RESETSTAT')
      await sweep(stores, at)
      const stats = await probe.info('commandstats')
      const calls = [...stats.matchAll(/^cmdstat_(?!config|info|ping)\S+:calls=(\d+)/gm)]
      return calls.reduce((sum, [, number]) => sum + Number(number), 0)
    }
    const few = await callsOfSweep(500)
    const many = await callsOfSweep(5000)
    expect(few).toBeGreaterThan(100)
    // A scan returns some entries more or less than requested.
    expect(many).toBeLessThan(few * 1.3)
    await stores.close()
  })
})
