import { describe, expect, it, onTestFinished } from 'vitest'

import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createRedisStores } from './redis-stores.ts'

describe.skipIf(isRedisMissing())('the secret in Redis', () => {
  it('is the same for all session managers of a prefix, also after they have ended', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.kill())
    const open = async (prefix: string) => {
      const stores = await createRedisStores(redis.url, { prefix })
      onTestFinished(() => stores.close())
      return stores
    }
    const [first, second] = await Promise.all([open('a:'), open('a:')])
    const secrets = await Promise.all([first.sharedSecret(), second.sharedSecret()])
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(secrets[1]).toBe(secrets[0])
    await Promise.all([first.close(), second.close()])
    expect(await (await open('a:')).sharedSecret()).toBe(secrets[0])
    expect(await (await open('b:')).sharedSecret()).not.toBe(secrets[0])
  })
})
