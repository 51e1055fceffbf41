import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { recordCommands } from './fixtures/record-commands.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createRedisStores } from './redis-stores.ts'

const at = 1_800_000_000_000
const session = {
  id: 'a',
  clientId: 'c',
  owner: undefined,
  metadata: '{}',
  createdAt: at,
  ttlMs: 60_000,
}
const claim = { requestId: 'r', fingerprint: 1, at, rerunLost: false }
const event = (id: string) => ({ id, type: 'note-added', data: '{}', at })

describe.skipIf(isRedisMissing())('Redis', () => {
  it('reports that signals may be lost if another program publishes to the channel', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.kill())
    const errors: string[] = []
    const onError = (error: unknown) => errors.push(String(error))
    const stores = await createRedisStores(redis.url, { onError })
    onTestFinished(() => stores.close())
    const received: string[] = []
    await stores.signals.subscribe(undefined, ({ type }) => received.push(type)).ready
    const probe = new Redis(redis.port)
    onTestFinished(() => probe.disconnect())
    for (const message of ['x', '5', '{"type":']) await probe.publish('mcp:signals', message)
    await stores.signals.publish({ type: 'ended', sessionId: 'a', reason: 'closed' })
    await vi.waitFor(() => expect(received.at(-1)).toBe('ended'))
    expect(received).toEqual(['missed', 'missed', 'missed', 'ended'])
    expect(errors).toEqual(
      Array(3).fill('Error: A message on the channel "mcp:signals" is not valid.'),
    )
  })

  it('takes one round trip per read, claim, recorded response and new server', async () => {
    const redis = await startRedis()
    const stores = await createRedisStores(redis.url, { flushMs: 60_000 })
    const recorder = await recordCommands([redis.port])
    const sentDuring = async (work: () => unknown) =>
      (await recorder.sentDuring(work)).map(([command]) => command?.toLowerCase())
    await stores.sessions.create(session)
    // The first use of a script sends its text.
    await stores.sessions.read('a')
    await stores.responses.claim('a', { ...claim, requestId: 'first' })
    await stores.responses.settle('a', { requestId: 'first', ticket: 'none' }, at)

    expect(await sentDuring(() => stores.sessions.read('a'))).toEqual(['evalsha'])
    const recorded = await sentDuring(async () => {
      const claimed = await stores.responses.claim('a', claim)
      const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
      const response = { status: 200, body: '{}' }
      await stores.responses.settle('a', { requestId: 'r', ticket }, at, response)
    })
    expect(recorded).toEqual(['evalsha', 'evalsha'])
    await stores.sessions.addServer('a', 'first')
    const added = await sentDuring(async () => {
      for (let request = 0; request < 10; request++) {
        await stores.sessions.addServer('a', 'tools')
      }
    })
    expect(added).toEqual(['evalsha'])
    const touches = await sentDuring(() => {
      for (let touch = 0; touch < 1000; touch++) stores.sessions.touch('a', at + touch)
    })
    expect(touches).toEqual([])
    recorder.close()
    await stores.close()
    await redis.kill()
  })

  it('accepts a subscription to a channel whose first subscription failed', async () => {
    const redis = await startRedis()
    const missed: unknown[] = []
    const stores = await createRedisStores(redis.url)
    await stores.signals.subscribe(undefined, ({ type }) => missed.push(type)).ready
    await redis.kill()
    const first = stores.signals.subscribe('a', () => {})
    await expect(first.ready).rejects.toMatchObject({ code: 'unavailable' })
    const again = await startRedis([], { port: redis.port })
    await vi.waitFor(() => expect(missed).toEqual(['missed']), { timeout: 10_000 })
    const received: string[] = []
    await stores.signals.subscribe('a', ({ type }) => received.push(type)).ready
    await stores.sessions.create(session)
    await stores.events.append('a', event('1'))
    await vi.waitFor(() => expect(received).toEqual(['appended']))
    await stores.close()
    await again.kill()
  })

  it('that is away fails requests within a second, is reported once, and continues without a loss', async () => {
    const redis = await startRedis()
    const errors: unknown[] = []
    const recoveries: string[] = []
    const stores = await createRedisStores(redis.url, {
      onError: (error) => errors.push(error),
      onRecovery: (message) => recoveries.push(message),
    })
    const missed: unknown[] = []
    await stores.signals.subscribe(undefined, ({ type }) => missed.push(type)).ready
    await redis.kill()
    const started = performance.now()
    await expect(stores.sessions.read('a')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(stores.responses.claim('a', claim)).rejects.toMatchObject({ retryable: true })
    expect(performance.now() - started).toBeLessThan(2000)
    expect(stores.health().failure).toContain(`Redis at 127.0.0.1:${redis.port} is not reachable`)
    expect(errors).toHaveLength(1)

    const again = await startRedis([], { port: redis.port })
    await vi.waitFor(() => expect(missed).toEqual(['missed']), { timeout: 10_000 })
    await vi.waitFor(() => stores.sessions.create(session), { timeout: 10_000 })
    expect(stores.health().failure).toBeUndefined()
    expect(recoveries).toEqual([`Redis at 127.0.0.1:${redis.port} works again.`])
    await stores.events.append(undefined, event('1'))
    await vi.waitFor(() => expect(missed).toEqual(['missed', 'appended']))
    await stores.close()
    await again.kill()
  })

  it('behind a proxy is found again after the proxy closed new connections, or dropped all packets', async () => {
    const redis = await startRedis()
    const sockets = new Set<Socket>()
    let isAway = false
    let refused = 0
    const proxy = createServer((client) => {
      if (isAway) {
        refused++
        client.destroy()
        return
      }
      const server = connect(redis.port, '127.0.0.1')
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
      client.on('close', () => server.destroy())
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const address = proxy.address()
    const port = typeof address === 'object' ? address?.port : 0
    const stores = await createRedisStores(`redis://127.0.0.1:${port}`, { leaseMs: 800 })
    const received: unknown[] = []
    await stores.signals.subscribe(undefined, ({ type }) => received.push(type)).ready
    await stores.sessions.create(session)
    const isBack = async (): Promise<void> => {
      expect(await stores.sessions.read('a')).toMatchObject({ id: 'a' })
      expect(received).toEqual(['missed'])
    }

    isAway = true
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(() => expect(refused).toBeGreaterThan(6), { timeout: 10_000 })
    isAway = false
    await vi.waitFor(isBack, { timeout: 10_000 })

    received.length = 0
    for (const socket of sockets) socket.unpipe().pause()
    await vi.waitFor(isBack, { timeout: 15_000 })
    await stores.close()
    for (const socket of sockets) socket.destroy()
    proxy.close()
    await redis.kill()
  })

  it('that responds too late to a claim does not keep the id claimed', async () => {
    const redis = await startRedis()
    const stores = await createRedisStores(redis.url, { flushMs: 50 })
    await stores.sessions.create(session)
    await stores.responses.claim('a', { ...claim, requestId: 'first' })
    const probe = new Redis(redis.url)
    // Redis receives the claim, and makes it after the client has given up.
    await probe.client('PAUSE', 1500, 'ALL')
    await expect(stores.responses.claim('a', claim)).rejects.toMatchObject({ code: 'unavailable' })
    const again = { ...claim, rerunLost: false }
    await vi.waitFor(
      async () =>
        expect(await stores.responses.claim('a', again)).toMatchObject({ type: 'claimed' }),
      { timeout: 10_000, interval: 100 },
    )
    // A claim whose result has arrived is kept.
    expect(await stores.responses.claim('a', { ...claim, requestId: 'first' })).toMatchObject({
      type: 'in-flight',
    })
    probe.disconnect()
    await stores.close()
    await redis.kill()
  })

  it('that lost its scripts receives them again', async () => {
    const redis = await startRedis()
    const stores = await createRedisStores(redis.url)
    await stores.sessions.create(session)
    const probe = new Redis(redis.url)
    await probe.script('FLUSH')
    expect(await stores.sessions.read('a')).toMatchObject({ id: 'a' })
    probe.disconnect()
    await stores.close()
    await redis.kill()
  })

  it('reports a wrong password, a full memory and a read-only replica', async () => {
    const locked = await startRedis(['--requirepass', 'secret'])
    await expect(createRedisStores(locked.url)).rejects.toThrow('refused the password')
    const withPassword = locked.url.replace('//', '//:secret@')
    const stores = await createRedisStores(withPassword)
    await stores.sessions.create(session)
    const probe = new Redis(withPassword)
    await probe.config('SET', 'maxmemory', '1')
    await expect(stores.events.append('a', event('1'))).rejects.toThrow('is out of memory')
    await probe.config('SET', 'maxmemory', '0')
    await probe.replicaof('127.0.0.1', 1)
    await expect(stores.events.append('a', event('1'))).rejects.toThrow('read-only replica')
    probe.disconnect()
    await stores.close()
    await locked.kill()
  })

  it('refuses several servers that are not a cluster, and says what to use', async () => {
    const redis = await startRedis()
    await expect(createRedisStores(`${redis.url},127.0.0.1:1`)).rejects.toThrow(
      `Redis at 127.0.0.1:${redis.port},127.0.0.1:1 is not a cluster, but REDIS_URL has several nodes: name one server`,
    )
    await redis.kill()
  })

  it.each(['127.0.0.1:6379', 'http://127.0.0.1', ''])('rejects the URL %j', async (url) => {
    await expect(createRedisStores(url)).rejects.toThrow('Invalid REDIS_URL')
  })

  it('reports an address at which no Redis listens', async () => {
    await expect(createRedisStores('redis://127.0.0.1:1')).rejects.toThrow('is not reachable')
  })
})
