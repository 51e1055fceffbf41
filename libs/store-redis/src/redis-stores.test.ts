import { itImplementsStores, itSharesStores } from '@mcp/session-manager/testing'
import type { StoresUnderTest } from '@mcp/session-manager/testing'
import type { StoreLimits } from '@mcp/session-manager'
import { afterAll, beforeAll, describe } from 'vitest'

import { startRedisCluster } from './fixtures/start-redis-cluster.ts'
import type { RunningRedis } from './fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { startSecureRedis } from './fixtures/start-secure-redis.ts'
import { createRedisStores } from './redis-stores.ts'

describe.skipIf(isRedisMissing()).each([
  ['Redis', () => startRedis()],
  ['a Redis cluster of three nodes', () => startRedisCluster()],
  ['Redis with TLS and the user of the documentation', () => startSecureRedis()],
])('%s', (name, start) => {
  let redis: RunningRedis & { readonly caFile?: string }
  let count = 0
  beforeAll(async () => {
    redis = await start()
  }, 60_000)
  afterAll(() => redis.kill())

  async function open(limits: Partial<StoreLimits>): Promise<StoresUnderTest> {
    const prefix = `mcp:test-${++count}:`
    const options = { limits, prefix, leaseMs: 600, caFile: redis.caFile }
    return {
      stores: await createRedisStores(redis.url, options),
      openReplica: () => createRedisStores(redis.url, options),
    }
  }

  itImplementsStores(name, open)
  itSharesStores(name, open)
})
