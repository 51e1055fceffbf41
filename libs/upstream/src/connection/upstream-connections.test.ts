import { createSemaphore } from '@mcp/concurrency'
import { createManualClock } from '@mcp/protocol/testing'
import { expect, it, vi } from 'vitest'

import type { RelayedCall } from '../calls/relayed-call.ts'
import { entryOf, serveInProcess } from '../fixtures/in-process.ts'
import { createSampleServer } from '../fixtures/sample-server.ts'
import { createPhaseRecorder } from './phase.ts'
import type { ActiveConnection } from './upstream-connections.ts'
import { createUpstreamConnections } from './upstream-connections.ts'

const { signal } = new AbortController()

/** Creates the connections of a server, whose starts can take time, fail and wait. */
function create() {
  const clock = createManualClock()
  const phase = createPhaseRecorder(clock)
  const server = serveInProcess(() =>
    createSampleServer({ calls: 0, cancelled: 0, initialized: 0 }),
  )
  const starts: { durationMs: number; failure?: Promise<Error>; count: number } = {
    durationMs: 0,
    count: 0,
  }
  const connections = createUpstreamConnections({
    entry: entryOf(),
    async createTransport(entry) {
      starts.count += 1
      clock.advance(starts.durationMs)
      const failure = await starts.failure
      if (failure !== undefined) throw failure
      return server.createTransport(entry)
    },
    clock,
    phase,
    startSemaphore: createSemaphore({ limit: 100 }),
    random: () => 1,
    prior: () => ({ kind: 'legacy' }),
    onFailure() {},
    isPersistent: () => false,
    listeners: { onOpen() {}, onClose() {}, onNotification() {}, onRequest: async () => ({}) },
  })
  const call: RelayedCall = { sessionId: undefined, ask: undefined, log() {} }
  /** Runs a call that ends only when its connection closes. */
  const hang = (key: string, onStart: (connection: ActiveConnection) => void = () => {}) =>
    connections.use(key, signal, async (connection) => {
      connection.calls.add(call)
      onStart(connection)
      await vi.waitFor(() => expect(connection.isOpen()).toBe(false))
    })
  const crash = (key = 'shared') => hang(key, () => void server.kill())
  const use = (key = 'shared') => connections.use(key, signal, async () => 'used')
  return { clock, phase, server, starts, connections, hang, crash, use }
}

it('does not count the time of a start as life of its connection', async () => {
  const { starts, crash, use } = create()
  starts.durationMs = 6000
  await crash()
  await crash()
  await expect(use()).rejects.toThrow('ended during several calls in a row')
})

it('starts at once after a crash of a connection that lived long, whatever ended it', async () => {
  const { clock, connections, crash, use } = create()
  await crash()
  await use()
  clock.advance(6000)
  connections.retire('shared')
  await crash()
  expect(await use()).toBe('used')
})

it('does not count connections that it closes itself as crashes', async () => {
  const { connections, hang, use } = create()
  for (let round = 0; round < 3; round++) {
    const started: ActiveConnection[] = []
    const hanging = ['a', 'b'].map((key) => hang(key, (each) => started.push(each)))
    await vi.waitFor(() => expect(started).toHaveLength(2))
    await connections.restart()
    await Promise.all(hanging)
  }
  expect(await use('a')).toBe('used')
})

it('counts crashes of several connections at once as one', async () => {
  const { clock, server, hang, use } = create()
  const started: ActiveConnection[] = []
  const hanging = ['a', 'b', 'c'].map((key) => hang(key, (each) => started.push(each)))
  await vi.waitFor(() => expect(started).toHaveLength(3))
  clock.advance(10)
  await server.kill()
  await Promise.all(hanging)
  expect(await use('a')).toBe('used')
})

it('counts failures of several starts at once as one', async () => {
  const { clock, starts, use } = create()
  starts.failure = Promise.resolve(new Error('no such file'))
  const failAll = () => Promise.allSettled(['a', 'b', 'c', 'd'].map((key) => use(key)))
  const delayOf = (retryAfterMs: number) => ({
    status: 'rejected',
    reason: { details: { retryAfterMs } },
  })
  expect(await failAll()).toMatchObject(Array.from({ length: 4 }, () => delayOf(500)))
  clock.advance(500)
  expect(await failAll()).toMatchObject(Array.from({ length: 4 }, () => delayOf(1000)))
})

it('starts at once after a restart, although an earlier start fails later', async () => {
  const { phase, starts, connections, use } = create()
  const failing = Promise.withResolvers<Error>()
  starts.failure = failing.promise
  const before = use('a')
  await vi.waitFor(() => expect(starts.count).toBe(1))
  const restarting = connections.restart()
  failing.resolve(new Error('too old'))
  await expect(before).rejects.toThrow('too old')
  await restarting
  delete starts.failure
  expect(await use('a')).toBe('used')
  expect(phase.status().phase).toBe('ready')
})

it('is ready while one of its connections is open', async () => {
  const { phase, connections, use } = create()
  await use('a')
  await use('b')
  connections.retire('a')
  expect([connections.size(), phase.status().phase]).toEqual([1, 'ready'])
  connections.retire('b')
  expect([connections.size(), phase.status().phase]).toEqual([0, 'stopped'])
})

it('is ready if a call opens a connection during a restart', async () => {
  const { phase, connections, use } = create()
  await use('a')
  const restarting = connections.restart()
  await use('a')
  await restarting
  expect([connections.size(), phase.status().phase]).toEqual([1, 'ready'])
})
