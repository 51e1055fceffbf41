import { itIsAConversationStore, itSharesRuns } from '@mcp/conversations/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'

import { startRedisCluster } from './fixtures/start-redis-cluster.ts'
import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createRedisConversations } from './redis-conversations.ts'

describe.skipIf(isRedisMissing()).each([
  ['Redis', () => startRedis()],
  ['a Redis cluster of three nodes', () => startRedisCluster()],
])('conversations in %s', (name, start) => {
  let redis: RunningRedis
  let count = 0
  beforeAll(async () => {
    redis = await start()
  }, 60_000)
  afterAll(() => redis.kill())

  itIsAConversationStore(name, async (limits) => {
    const store = await createRedisConversations(redis.url, { prefix: `${++count}:`, limits })
    return { store, close: store.close }
  })

  itSharesRuns(name, async () => {
    const options = { prefix: `${++count}:`, leaseMs: 600 }
    const open = async () => {
      const { shared, close } = await createRedisConversations(redis.url, options)
      return { shared, close }
    }
    return [await open(), await open()]
  })

  it('keeps a claim for longer than its lease, and refuses entries of a process that lost it', async () => {
    const options = { prefix: `${++count}:`, leaseMs: 400 }
    const store = await createRedisConversations(redis.url, options)
    onTestFinished(() => store.close())
    const at = 1_800_000_000_000
    const times = { createdAt: at, updatedAt: at }
    await store.save({ id: 'a', owner: 'ada', title: 'a', ...times, isListed: true, data: '{}' })
    expect(await store.shared.claim('a')).toBe(true)
    const end = Date.now() + 3 * options.leaseMs
    while (Date.now() < end) expect(await store.shared.isClaimed('a')).toBe(true)
    const entry = { run: 1, at, kind: 'event', data: '{}' } as const
    await store.append('a', [{ seq: 2, ...entry }])
    await expect(store.append('a', [{ seq: 2, ...entry }])).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await store.read('a')).toHaveLength(1)
  })
})

it.skipIf(isRedisMissing())('makes a claim again that has expired', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.kill())
  const store = await createRedisConversations(redis.url, { leaseMs: 400 })
  onTestFinished(() => store.close())
  const probe = new Redis(redis.url)
  onTestFinished(() => probe.disconnect())
  expect(await store.shared.claim('a')).toBe(true)
  expect(await probe.del(await probe.keys('*:run:a'))).toBe(1)
  await vi.waitFor(async () => expect(await store.shared.isClaimed('a')).toBe(true))

  await store.shared.release('a')
  expect(await store.shared.isClaimed('a')).toBe(false)
})

it('fails with the reason if Redis is away', async () => {
  await expect(createRedisConversations('redis://127.0.0.1:1')).rejects.toMatchObject({
    code: 'unavailable',
  })
})
