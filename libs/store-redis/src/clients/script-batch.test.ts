import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { recordCommands } from '../fixtures/record-commands.ts'
import type { RunningRedis } from '../fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from '../fixtures/start-redis.ts'
import type { RedisStores } from '../redis-stores.ts'
import { createRedisStores } from '../redis-stores.ts'

const at = 1_800_000_000_000
const claim = { requestId: 'r', fingerprint: 1, at, rerunLost: false }

describe.skipIf(isRedisMissing())('requests of one turn of the event loop', () => {
  let redis: RunningRedis
  let stores: RedisStores
  const errors: unknown[] = []
  const recoveries: unknown[] = []
  const ids = Array.from({ length: 250 }, (_value, number) => `session-${number}`)

  beforeAll(async () => {
    redis = await startRedis()
    stores = await createRedisStores(redis.url, {
      flushMs: 60_000,
      onError: (error) => errors.push(error),
      onRecovery: (message) => recoveries.push(message),
    })
    const session = { clientId: 'c', owner: undefined, metadata: '{}', createdAt: at }
    for (const id of ids) await stores.sessions.create({ ...session, id, ttlMs: 60_000 })
    await stores.responses.claim('session-0', { ...claim, requestId: 'first' })
    await stores.sessions.read('session-0')
  })
  afterAll(async () => {
    await stores.close()
    await redis.kill()
  })

  it('share a round trip, each with its own result', async () => {
    const recorder = await recordCommands([redis.port])
    const sent = await recorder.sentDuring(async () => {
      const read = await Promise.all(ids.map(async (id) => stores.sessions.read(id)))
      expect(read.map((session) => session !== undefined && 'id' in session && session.id)).toEqual(
        ids,
      )
      const claims = ids.map(async (id, index) =>
        stores.responses.claim(id, { ...claim, requestId: `request-${index}` }),
      )
      expect(new Set((await Promise.all(claims)).map(({ type }) => type))).toEqual(
        new Set(['claimed']),
      )
    })
    recorder.close()
    // A script runs for at most 100 requests.
    expect(sent.map(([command]) => command?.toLowerCase())).toEqual(
      Array.from({ length: 6 }, () => 'evalsha'),
    )
  })

  it('that fail do not affect the others', async () => {
    const probe = new Redis(redis.url)
    const keys = await probe.keys('*responses:session-7')
    expect(keys).toHaveLength(1)
    await probe.set(keys[0] ?? '', 'not a hash')
    const claims = await Promise.allSettled(
      ids
        .slice(0, 100)
        .map(async (id) => stores.responses.claim(id, { ...claim, requestId: 'other' })),
    )
    const failed = claims.flatMap((result, index) =>
      result.status === 'rejected' ? [[index, String(result.reason)]] : [],
    )
    expect(failed).toEqual([[7, expect.stringContaining('WRONGTYPE')]])
    expect(claims[8]).toMatchObject({ value: { type: 'claimed' } })
    expect(errors).toHaveLength(1)
    expect(recoveries).toEqual([])

    await probe.config('SET', 'maxmemory', '1')
    await expect(stores.responses.claim('session-1', claim)).rejects.toThrow('is out of memory')
    await probe.config('SET', 'maxmemory', '0')
    probe.disconnect()
    await stores.sessions.read('session-1')
    expect(recoveries).toHaveLength(1)
  })
})
