import { createNotification } from '@mcp/protocol'
import type { ByteSink } from '@mcp/http'
import { systemClock } from '@mcp/protocol'
import { createHeartbeats } from '@mcp/http'
import { noMetrics } from '@mcp/telemetry'
import { expect, it, vi } from 'vitest'

import { createMetrics } from '../metrics.ts'
import { createMemoryStores } from '../store/memory/memory-stores.ts'
import { createEventStreams } from './event-streams.ts'
import { createSessionStreams } from './session-streams.ts'
import { createStreamCounts } from './stream-counts.ts'

const streamCount = Number(process.env['STREAMS'] ?? 5000)

/** Opens a stream for each of many sessions, half of which used the server "notes". */
async function openStreams() {
  const stores = createMemoryStores()
  const received = new Map<string, string[]>()
  const streams = createEventStreams({
    stores,
    sessionStreams: createSessionStreams(),
    heartbeats: createHeartbeats(systemClock),
    clock: systemClock,
    metrics: createMetrics(noMetrics, systemClock),
    onError: (error) => expect.fail(String(error)),
    maxBufferedBytes: 1_000_000,
    maxStreamsPerSession: 10,
    streamCounts: createStreamCounts(10),
  })
  const { stop } = stores.signals.subscribe(undefined, (signal) => {
    if (signal.type === 'appended') streams.broadcast(signal.event)
  })
  const createdAt = Date.now()
  const decoder = new TextDecoder()
  for (let index = 0; index < streamCount; index++) {
    const id = `s-${index}`
    const session = { id, clientId: id, owner: undefined, metadata: '{}', createdAt }
    await stores.sessions.create({ ...session, ttlMs: 60_000 })
    if (index % 2 === 0) await stores.sessions.addServer(id, 'notes')
    const types: string[] = []
    received.set(id, types)
    const sink: ByteSink = {
      write(bytes) {
        for (const [, type] of decoder.decode(bytes).matchAll(/^event: (.*)$/gm)) {
          types.push(type ?? '')
        }
        return 0
      },
      end: () => {},
      destroy: () => {},
    }
    streams.open({ sessionId: id, owner: undefined }, undefined, sink)
  }
  await vi.waitFor(() => expect(received.get(`s-${streamCount - 1}`)).toEqual(['stream-open']))

  let count = 0
  async function append(type: string, sessionId?: string, server?: string): Promise<void> {
    const { id } = createNotification(type, {})
    await stores.events.append(sessionId, {
      id: `${id}-${count++}`,
      type,
      data: '{}',
      at: createdAt,
      server,
    })
  }
  return {
    received,
    append,
    close: () => {
      stop()
      streams.close()
    },
  }
}

/** Returns the maximum CPU time of one turn of the event loop during `run`, in milliseconds. */
async function maxTurnMs(run: () => Promise<void>): Promise<number> {
  let maxMs = 0
  let isRunning = true
  let last = process.threadCpuUsage()
  const measure = (): void => {
    const { user, system } = process.threadCpuUsage(last)
    last = process.threadCpuUsage()
    maxMs = Math.max(maxMs, (user + system) / 1000)
    if (isRunning) setImmediate(measure)
  }
  setImmediate(measure)
  await run()
  isRunning = false
  return maxMs
}

it('reports a restart of a server to the sessions that used it, in slices', async () => {
  const { received, append, close } = await openStreams()
  let restarts = 0
  const turns: number[] = []
  // A garbage collection can make a turn longer, but hardly in each of three broadcasts.
  while (turns.length < 3) {
    restarts++
    const turnMs = await maxTurnMs(async () => {
      await append('server-restarted', undefined, 'notes')
      await vi.waitFor(() =>
        expect(received.get(`s-${streamCount - 2}`)).toHaveLength(1 + restarts),
      )
    })
    turns.push(turnMs)
  }
  expect(Math.min(...turns)).toBeLessThan(50)
  await vi.waitFor(() => {
    for (let index = 0; index < streamCount; index++) {
      expect(received.get(`s-${index}`)).toHaveLength(index % 2 === 0 ? 1 + restarts : 1)
    }
  })
  close()
}, 60_000)

it('keeps the order of broadcasts and events of a session', async () => {
  const { received, append, close } = await openStreams()
  const last = `s-${streamCount - 1}`
  await append('first')
  await append('second')
  await append('own', last)
  await append('third')
  const types = ['stream-open', 'first', 'second', 'own', 'third']
  await vi.waitFor(() => expect(received.get(last)).toEqual(types))
  await vi.waitFor(() => {
    const others = [...received].filter(([id]) => id !== last)
    const expected = types.filter((type) => type !== 'own')
    for (const [, received] of others) expect(received).toEqual(expected)
  })
  close()
}, 60_000)
