import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { slotOf } from './clients/slot-map.ts'
import { moveSlot } from './fixtures/move-slot.ts'
import { recordCommands } from './fixtures/record-commands.ts'
import { startSessionLoad } from './fixtures/session-load.ts'
import type { RunningCluster } from './fixtures/start-redis-cluster.ts'
import { nodeOfSlot, startRedisCluster } from './fixtures/start-redis-cluster.ts'
import { isRedisMissing, startRedis } from './fixtures/start-redis.ts'
import { createKeys } from './keys.ts'
import type { RedisStores, RedisStoresOptions } from './redis-stores.ts'
import { createRedisStores } from './redis-stores.ts'

const at = 1_800_000_000_000
const limits = { maxEvents: 100_000, maxResponses: 100_000, maxEventBytes: 2 ** 30 }
const session = {
  id: 'a',
  clientId: 'c',
  owner: undefined,
  metadata: '{}',
  createdAt: at,
  ttlMs: 60_000,
}

async function startCluster(hasReplicas = false): Promise<RunningCluster> {
  const cluster = await startRedisCluster({ hasReplicas })
  onTestFinished(() => cluster.kill())
  return cluster
}

async function open(url: string, options: RedisStoresOptions = {}): Promise<RedisStores> {
  const stores = await createRedisStores(url, options)
  onTestFinished(() => stores.close())
  return stores
}

/** Returns the types of the signals without a session that stores receive. */
async function listen(stores: RedisStores): Promise<string[]> {
  const received: string[] = []
  await stores.signals.subscribe(undefined, ({ type }) => received.push(type)).ready
  return received
}

describe.skipIf(isRedisMissing())('a Redis cluster', () => {
  it('finds the slot of a key as Redis does', async () => {
    const cluster = await startCluster()
    const probe = new Redis(cluster.port)
    const { sessions, counter, sessionKeys } = createKeys('mcp:')
    const { session: key, events } = sessionKeys('a{b}c')
    for (const each of [sessions, counter('x'), key, events, 'a{}b', '{ü}', 'ü', '{a']) {
      expect([each, slotOf(each)]).toEqual([each, await probe.cluster('KEYSLOT', each)])
    }
    probe.disconnect()
  }, 60_000)

  it('takes one round trip per read, and two per recorded response', async () => {
    const cluster = await startCluster()
    const stores = await open(cluster.url, { flushMs: 60_000 })
    await stores.sessions.create(session)
    const claim = { fingerprint: 1, at, rerunLost: false }
    // The first use of a script sends its text.
    await stores.sessions.read('a')
    await stores.responses.claim('a', { ...claim, requestId: 'first' })
    await stores.responses.settle('a', { requestId: 'first', ticket: 'none' }, at)
    const recorder = await recordCommands(cluster.nodes.map(({ port }) => port))
    const sentDuring = async (work: () => unknown) =>
      (await recorder.sentDuring(work)).map(([command]) => command?.toLowerCase())

    expect(await sentDuring(() => stores.sessions.read('a'))).toEqual(['evalsha'])
    const recorded = await sentDuring(async () => {
      const claimed = await stores.responses.claim('a', { ...claim, requestId: 'r' })
      const ticket = claimed.type === 'claimed' ? claimed.ticket : ''
      const response = { status: 200, body: '{}' }
      await stores.responses.settle('a', { requestId: 'r', ticket }, at, response)
    })
    expect(recorded).toEqual(['evalsha', 'evalsha'])
    recorder.close()
  }, 60_000)

  it('loses and doubles nothing while all its slots move under load', async () => {
    const cluster = await startCluster()
    // One node is enough to find the others.
    const here = await open(cluster.nodes[0]?.url ?? '', { limits })
    const there = await open(cluster.nodes[2]?.url ?? '', { limits })
    const ids = Array.from({ length: 12 }, (_value, number) => `session-${number}`)
    const load = await startSessionLoad(ids, { here, there })
    const { shards, shardKeys, sessions } = createKeys('mcp:')
    const slots = [...shards.map((shard) => slotOf(shardKeys(shard).expiry)), slotOf(sessions)]
    let moved = 0
    for (const round of [0, 1]) {
      for (const slot of slots) {
        const owner = (nodeOfSlot(slot) + round) % 3
        moved += await moveSlot(slot, cluster.nodes, [owner, (owner + 1) % 3])
      }
    }
    const before = load.count()
    await vi.waitFor(() => expect(load.count()).toBeGreaterThan(before + 200), { timeout: 20_000 })
    await load.stop()

    expect(moved).toBeGreaterThan(100)
    for (const [id, record] of load.records) {
      expect(record.received).toEqual(record.appended)
      expect(record.gaps).toEqual([])
      const { events = [] } = (await there.events.read(id, '0.0', 100_000)) ?? {}
      expect(events.map((each) => each.id)).toEqual(record.appended)
      for (const [requestId, body] of record.responses) {
        const request = { requestId, fingerprint: 1, at, rerunLost: false }
        const found = await there.responses.claim(id, request)
        expect(found).toMatchObject({ type: 'settled', response: { body } })
        expect(record.effects.get(requestId)).toBe(1)
      }
    }
    expect(here.health().failure).toBeUndefined()
  }, 180_000)

  it('continues after a node was killed, and its replica has taken over', async () => {
    const cluster = await startCluster(true)
    const errors: unknown[] = []
    // On a busy machine, a store may recover several times.
    const recovered = new Set<string>()
    const optionsOf = (name: string) => ({
      limits,
      leaseMs: 2000,
      onError: (error: unknown) => errors.push(error),
      onRecovery: () => recovered.add(name),
    })
    const here = await open(cluster.url, optionsOf('here'))
    const there = await open(cluster.url, optionsOf('there'))
    const received = await listen(there)
    const ids = Array.from({ length: 12 }, (_value, number) => `session-${number}`)
    const load = await startSessionLoad(ids, { here, there })
    await vi.waitFor(() => expect(load.count()).toBeGreaterThan(200), { timeout: 30_000 })
    const acknowledged = new Map(
      Array.from(load.records, ([id, { appended }]) => [id, [...appended]]),
    )
    await waitForReplicas(cluster)
    await cluster.nodes[0]?.kill()
    await vi.waitFor(() =>
      expect(here.health().failure).toContain('is not reachable: the connection to its node'),
    )
    expect(String(errors[0])).toContain('is not reachable: the connection to its node')
    await vi.waitFor(() => expect(recovered.size).toBe(2), { timeout: 30_000 })
    const before = load.count()
    await vi.waitFor(() => expect(load.count()).toBeGreaterThan(before + 200), { timeout: 20_000 })
    await load.stop()

    expect(received).toContain('missed')
    expect(load.failures.length).toBeGreaterThan(0)
    for (const [id, { received: events }] of load.records) {
      expect(new Set(events).size).toBe(events.length)
      expect(events).toEqual(expect.arrayContaining(acknowledged.get(id) ?? []))
    }
    await vi.waitFor(() => expect(here.health().failure).toBeUndefined(), { timeout: 10_000 })
  }, 180_000)

  it('reports that signals may be lost if the link between two of its nodes breaks', async () => {
    const cluster = await startCluster()
    const stores = await open(cluster.url, { leaseMs: 400 })
    const received = await listen(stores)
    const probes = cluster.nodes.map(({ port }) => new Redis(port))
    const counts = await Promise.all(
      probes.map(async (probe) => Object.values(await probe.pubsub('NUMSUB', 'mcp:signals'))[1]),
    )
    const subscribed = counts.findIndex((count) => Number(count) > 0)
    const other = (subscribed + 1) % 3
    await probes[other]?.config('SET', 'cluster-link-sendbuf-limit', '1mb')
    // The links are known after the first check.
    const end = Date.now() + 400
    while (Date.now() < end) await stores.sessions.read('a')
    cluster.nodes[subscribed]?.signal('SIGSTOP')
    await probes[other]?.publish('mcp:signals', 'x'.repeat(20_000_000))
    const links = async () => {
      const all = await probes[other]?.call('CLUSTER', 'LINKS')
      return JSON.stringify(all)
    }
    const known = await links()
    await vi.waitFor(async () => expect(await links()).not.toBe(known))
    cluster.nodes[subscribed]?.signal('SIGCONT')
    await vi.waitFor(() => expect(received).toContain('missed'), { timeout: 10_000 })
    for (const probe of probes) probe.disconnect()
  }, 60_000)
})

describe.skipIf(isRedisMissing())('a Redis cluster that is not complete', () => {
  it('is refused at the start, and is a failure afterwards', async () => {
    const cluster = await startCluster()
    const stores = await open(cluster.url)
    await cluster.nodes[1]?.kill()
    await vi.waitFor(() =>
      expect(stores.health().failure).toContain('is not reachable: the connection to its node'),
    )
    await expect(createRedisStores(cluster.url)).rejects.toThrow(
      'is not reachable: the connection to its node',
    )
    const { sessionKeys } = createKeys('mcp:')
    const ids = Array.from({ length: 20 }, (_value, number) => `session-${number}`)
    const id = ids.find((each) => nodeOfSlot(slotOf(sessionKeys(each).session)) === 1)
    const started = performance.now()
    await expect(stores.sessions.read(id ?? '')).rejects.toMatchObject({ code: 'unavailable' })
    expect(performance.now() - started).toBeLessThan(2000)
  }, 60_000)

  it('is refused if slots have no node', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-redis-node-'))
    const node = await startRedis(['--cluster-enabled', 'yes', '--dir', folder])
    onTestFinished(async () => {
      await node.kill()
      await rm(folder, { recursive: true })
    })
    await expect(createRedisStores(node.url)).rejects.toThrow(
      `Redis at 127.0.0.1:${node.port} is a cluster without all of its slots: start its missing nodes`,
    )
  }, 60_000)

  it('has one database', async () => {
    const cluster = await startCluster()
    await expect(createRedisStores(`${cluster.url}/1`)).rejects.toThrow(
      'is a cluster, which has only database 0: change REDIS_URL.',
    )
  }, 60_000)
})

/** Waits until the replicas have all that was written before. */
async function waitForReplicas({ nodes }: RunningCluster): Promise<void> {
  for (const { port } of nodes) {
    const probe = new Redis(port)
    const offset = async (pattern: RegExp): Promise<number> =>
      Number(pattern.exec(await probe.info('replication'))?.[1])
    const written = await offset(/master_repl_offset:(\d+)/)
    await vi.waitFor(async () =>
      expect(await offset(/slave0:.*offset=(\d+)/)).toBeGreaterThanOrEqual(written),
    )
    probe.disconnect()
  }
}
