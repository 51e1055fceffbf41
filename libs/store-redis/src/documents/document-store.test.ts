import { createSealedDocuments } from '@mcp/files'
import { itIsADocumentStore } from '@mcp/files/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { dumpRedis } from '../fixtures/dump-redis.ts'
import type { RunningRedis } from '../fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from '../fixtures/start-redis.ts'
import { createRedisConversations } from '../redis-conversations.ts'
import { createRedisStores } from '../redis-stores.ts'

describe.skipIf(isRedisMissing())('documents in Redis', () => {
  let redis: RunningRedis
  let count = 0
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.kill())

  /** Opens the documents of a client app and of a session manager, which are the same ones. */
  async function openTwo(leaseMs = 600) {
    const options = { prefix: `${++count}:`, leaseMs }
    const conversations = await createRedisConversations(redis.url, options)
    const stores = await createRedisStores(redis.url, options)
    const close = async () => {
      conversations.close()
      await stores.close()
    }
    return { stores: [conversations.documents, stores.documents] as const, close, conversations }
  }

  itIsADocumentStore(() => openTwo())

  it('runs the task of a name again if the process with the first one has ended', async () => {
    const { stores, close, conversations } = await openTwo(200)
    onTestFinished(close)
    const started = Promise.withResolvers<void>()
    const endless = stores[0].exclusively('a', () => {
      started.resolve()
      return new Promise<void>(() => {})
    })
    void endless.catch(() => {})
    await started.promise
    conversations.close()
    expect(await stores[1].exclusively('a', async () => 'next')).toBe('next')
  })

  it('keeps the lease of a task that takes longer', async () => {
    const { stores, close } = await openTwo(1500)
    onTestFinished(close)
    const order: string[] = []
    const started = Promise.withResolvers<void>()
    const first = stores[0].exclusively('a', async () => {
      started.resolve()
      const end = Date.now() + 3000
      while (Date.now() < end) await stores[0].read('b')
      order.push('first')
    })
    await started.promise
    await stores[1].exclusively('a', async () => order.push('second'))
    await first
    expect(order).toEqual(['first', 'second'])
  })

  it('contains no plain secret of a sealed document, under any key', async () => {
    const { stores, close } = await openTwo()
    onTestFinished(close)
    const sealed = createSealedDocuments(stores[0], 's'.repeat(32))
    await sealed.change('keys', () => ({ key: 'plain-secret-of-ada' }))
    await stores[1].change('plain', () => ({ text: 'plain-text' }))
    const dump = await dumpRedis(redis.url)
    expect(dump).toContain('plain-text')
    expect(dump).not.toContain('plain-secret-of-ada')
    expect(await sealed.read('keys')).toEqual({ key: 'plain-secret-of-ada' })
  })
})
