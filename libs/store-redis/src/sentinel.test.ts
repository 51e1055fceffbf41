import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import type { RunningSentinels } from './fixtures/start-sentinels.ts'
import { startSentinels } from './fixtures/start-sentinels.ts'
import { startSessionLoad } from './fixtures/session-load.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import type { RedisStores, RedisStoresOptions } from './redis-stores.ts'
import { createRedisStores } from './redis-stores.ts'

const at = 1_800_000_000_000
const limits = { maxEvents: 100_000, maxResponses: 100_000, maxEventBytes: 2 ** 30 }

async function start(): Promise<RunningSentinels> {
  const sentinels = await startSentinels()
  onTestFinished(() => sentinels.kill())
  return sentinels
}

async function open(url: string, options: RedisStoresOptions = {}): Promise<RedisStores> {
  const stores = await createRedisStores(url, options)
  onTestFinished(() => stores.close())
  return stores
}

describe.skipIf(isRedisMissing())('Redis with sentinels', () => {
  it('continues at the replica after its primary was killed', async () => {
    const sentinels = await start()
    const errors: unknown[] = []
    const recoveries: string[] = []
    const options = {
      limits,
      onError: (error: unknown) => errors.push(error),
      onRecovery: (message: string) => recoveries.push(message),
    }
    const [here, there] = [await open(sentinels.url, options), await open(sentinels.url, options)]
    const ids = Array.from({ length: 8 }, (_value, number) => `session-${number}`)
    const load = await startSessionLoad(ids, { here, there })
    await vi.waitFor(() => expect(load.count()).toBeGreaterThan(200), { timeout: 30_000 })
    const acknowledged = new Map(
      Array.from(load.records, ([id, { appended }]) => [id, [...appended]]),
    )
    await isReplicated(sentinels)
    await sentinels.primary.kill()
    await vi.waitFor(() => expect(here.health().failure).toContain('is not reachable'))
    await vi.waitFor(() => expect(recoveries).toHaveLength(2), { timeout: 30_000 })
    const before = load.count()
    await vi.waitFor(() => expect(load.count()).toBeGreaterThan(before + 200), { timeout: 20_000 })
    await load.stop()

    for (const [id, { received }] of load.records) {
      expect(new Set(received).size).toBe(received.length)
      expect(received).toEqual(expect.arrayContaining(acknowledged.get(id) ?? []))
    }
    expect(here.health().failure).toBeUndefined()
    expect(here.place).toContain('mymaster (sentinels 127.0.0.1:')
  }, 120_000)

  it('reports a gap, and no position twice, if the replica had not received the last events', async () => {
    const sentinels = await start()
    const stores = await open(sentinels.url)
    const received: string[] = []
    await stores.signals.subscribe(undefined, ({ type }) => received.push(type)).ready
    const session = { id: 'a', clientId: 'c', owner: undefined, metadata: '{}', createdAt: at }
    await stores.sessions.create({ ...session, ttlMs: 60_000 })
    const event = (id: string) => ({ id, type: 'note-added', data: '{}', at })
    await stores.events.append('a', event('1'))
    await isReplicated(sentinels)
    await sentinels.cutReplica()
    for (const id of ['2', '3', '4']) await stores.events.append('a', event(id))
    const { cursor = '' } = (await stores.events.read('a', '0.0', 10)) ?? {}
    expect(cursor).toBe('4.0')
    await sentinels.primary.kill()
    await vi.waitFor(() => expect(received).toEqual(['missed']), { timeout: 30_000 })

    const page = await vi.waitFor(() => stores.events.read('a', cursor, 10), { timeout: 10_000 })
    expect(page).toMatchObject({ events: [], gapBefore: '4.0', cursor: '4.0' })
    expect(await stores.events.append('a', event('5'))).toBe('5.')
    const next = await stores.events.read('a', cursor, 10)
    expect(next).toMatchObject({ events: [{ id: '5', cursor: '5.0' }], cursor: '5.0' })
  }, 120_000)

  it('reports a name that the sentinels do not know, and sentinels that do not respond', async () => {
    const sentinels = await start()
    await expect(createRedisStores(sentinels.url.replace('mymaster', 'other'))).rejects.toThrow(
      /^Redis at other \(sentinels .*\) is not a primary that the sentinels know: use the name of "sentinel monitor" in REDIS_URL\.$/,
    )
    await expect(createRedisStores('redis+sentinel://127.0.0.1:1/mymaster')).rejects.toThrow(
      'Redis at mymaster (sentinels 127.0.0.1:1) is not reachable: no sentinel responds.',
    )
    await expect(createRedisStores(`redis://127.0.0.1:${sentinels.port}`)).rejects.toThrow(
      'is a sentinel: name it as redis+sentinel://host:26379/mymaster.',
    )
    const redis = await startRedis()
    onTestFinished(() => redis.kill())
    await expect(
      createRedisStores(`redis+sentinel://127.0.0.1:${redis.port}/mymaster`),
    ).rejects.toThrow('is not a sentinel: use redis:// for a server')
  }, 60_000)
})

/** Waits until the replica has all that was written before. */
async function isReplicated({ primary }: RunningSentinels): Promise<void> {
  const probe = new Redis(primary.port)
  const offset = async (pattern: RegExp): Promise<number> =>
    Number(pattern.exec(await probe.info('replication'))?.[1])
  const written = await offset(/master_repl_offset:(\d+)/)
  await vi.waitFor(async () =>
    expect(await offset(/slave0:.*offset=(\d+)/)).toBeGreaterThanOrEqual(written),
  )
  probe.disconnect()
}
