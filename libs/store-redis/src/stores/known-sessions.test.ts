import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { recordCommands } from '../fixtures/record-commands.ts'
import type { RunningRedis } from '../fixtures/start-redis.ts'
import { isRedisMissing, startRedis } from '../fixtures/start-redis.ts'
import { createKeys } from '../keys.ts'
import { createRedisStores } from '../redis-stores.ts'

const at = 1_800_000_000_000
const session = {
  id: 'a',
  clientId: 'c',
  owner: 'ada',
  metadata: '{}',
  createdAt: at,
  ttlMs: 60_000,
}

describe.skipIf(isRedisMissing())('sessions that a process has read', () => {
  let redis: RunningRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.kill())

  async function openTwo() {
    const prefix = `test${crypto.randomUUID()}:`
    const open = () => createRedisStores(redis.url, { prefix, flushMs: 60_000 })
    const [here, there] = [await open(), await open()]
    const close = () => Promise.all([here.close(), there.close()])
    return { prefix, here, there, close }
  }

  it('are read again after another process added a server, or replaced the session', async () => {
    const { here, there, close } = await openTwo()
    await here.sessions.create(session)
    for (const name of ['b', 'a', 'c']) {
      await there.sessions.read('a')
      expect(await there.sessions.addServer('a', name)).toBe(true)
      const both = [await here.sessions.read('a'), await there.sessions.read('a')]
      const claim = { requestId: name, fingerprint: 1, at, rerunLost: false, owner: 'ada' }
      const claimed = await here.responses.claim('a', claim)
      const found = [...both, claimed.type === 'claimed' && claimed.session]
      for (const each of found) expect(each).toEqual(both[0])
    }
    expect(await here.sessions.read('a')).toMatchObject({ servers: ['a', 'b', 'c'] })

    await there.sessions.end('a', 'closed', at)
    expect(await here.sessions.read('a')).toEqual({ owner: 'ada', endedBy: 'closed' })
    await there.sessions.create({ ...session, metadata: '{"b":1}' })
    expect(await here.sessions.read('a')).toMatchObject({ metadata: '{"b":1}', servers: [] })
    await close()
  })

  it('are read whole if an earlier release wrote them', async () => {
    const { prefix, here, close } = await openTwo()
    await here.sessions.create(session)
    const created = await here.sessions.read('a')
    const recorder = await recordCommands([redis.port], { hasScriptCommands: true })
    const withoutVersion = async (): Promise<void> => {
      expect(await here.sessions.read('a')).toEqual(created)
    }
    expect(await recorder.sentDuring(withoutVersion)).not.toContainEqual(
      expect.arrayContaining(['lua HGETALL']),
    )
    const probe = new Redis(redis.url)
    expect(await probe.hdel(createKeys(prefix).sessionKeys('a').session, 'version')).toBe(1)
    probe.disconnect()
    expect(await recorder.sentDuring(withoutVersion)).toContainEqual(
      expect.arrayContaining(['lua HGETALL']),
    )
    recorder.close()
    await close()
  })
})
