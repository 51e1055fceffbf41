import { itImplementsStores, itSharesStores } from '@mcp/session-manager/testing'
import type { StoresUnderTest } from '@mcp/session-manager/testing'
import type { StoreLimits } from '@mcp/session-manager'
import { afterAll, beforeAll, describe } from 'vitest'

import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createRedisStores } from './redis-stores.ts'

describe.skipIf(isRedisMissing())('Redis', () => {
  let redis: RunningRedis
  let count = 0
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.kill())

  async function open(limits: Partial<StoreLimits>): Promise<StoresUnderTest> {
    const prefix = `test-${++count}:`
    const options = { limits, prefix, leaseMs: 600 }
    return {
      stores: await createRedisStores(redis.url, options),
      openReplica: () => createRedisStores(redis.url, options),
    }
  }

  itImplementsStores('Redis', open)
  itSharesStores('Redis', open)
})
