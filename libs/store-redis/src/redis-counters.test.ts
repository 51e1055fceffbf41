import { createAccess, parsePolicy, staticPolicy } from '@mcp/policy'
import { itIsPolicyCounters } from '@mcp/policy/testing'
import { createRequest } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import type { RedisStores } from './redis-stores.ts'
import { createRedisStores } from './redis-stores.ts'

describe.skipIf(isRedisMissing())('Redis', () => {
  let redis: RunningRedis
  let count = 0
  const opened: RedisStores[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    for (const stores of opened) await stores.close()
    await redis.kill()
  })

  async function openCounters(prefix: string) {
    const stores = await createRedisStores(redis.url, { prefix })
    opened.push(stores)
    return stores.counters
  }

  itIsPolicyCounters('Redis', () => openCounters(`counters-${++count}:`))

  it.each([
    ['a limit', 'limit: { requests: 300, per: 1h }'],
    ['a budget', 'budget: { calls: 300 }'],
  ])('keeps %s within 2 % across three session managers', async (_name, bound) => {
    const prefix = `replicas-${++count}:`
    const policy = staticPolicy(parsePolicy(`rules: [{ effect: allow, ${bound} }]`))
    const replicas = await Promise.all(
      [1, 2, 3].map(async () => createAccess({ policy, counters: await openCounters(prefix) })),
    )
    const server = { name: 'notes', operationOf: () => undefined }
    const context = { principal: 'ada', signal: new AbortController().signal, deadline: 0 }
    const request = createRequest('note-keeping', { operation: 'add' })
    const results = await Promise.allSettled(
      Array.from({ length: 900 }, async (_value, index) =>
        replicas[index % 3]?.authorize(request, context, undefined, server),
      ),
    )
    const admitted = results.filter(({ status }) => status === 'fulfilled').length
    expect(admitted).toBeGreaterThanOrEqual(294)
    expect(admitted).toBeLessThanOrEqual(306)
    const refused = results.find(({ status }) => status === 'rejected')
    expect(refused).toMatchObject({ reason: { code: 'rate-limited' } })
  })
})
