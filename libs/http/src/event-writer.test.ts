import type { Clock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createEventWriter } from './event-writer.ts'
import { createHeartbeats } from './heartbeats.ts'
import type { ByteSink } from './service.ts'

/** A clock whose timers run when the test advances it by one second. */
function manualClock() {
  const ticks = new Set<() => void>()
  let now = 0
  const clock: Clock = {
    now: () => now,
    after: (_ms, run) => add(run),
    every: (_ms, run) => add(run),
  }
  function add(run: () => void): () => void {
    ticks.add(run)
    return () => ticks.delete(run)
  }
  const advance = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) {
      now += 1000
      for (const run of Array.from(ticks)) run()
    }
  }
  return { clock, advance, timers: () => ticks.size }
}

/** A sink whose reader has read `readBytes` so far. */
function start({ maxBufferedBytes = 100 }: { maxBufferedBytes?: number } = {}) {
  const time = manualClock()
  const heartbeats = createHeartbeats(time.clock)
  const state = { writtenBytes: 0, readBytes: 0, ended: false, destroyed: false }
  const closed: boolean[] = []
  const sink: ByteSink = {
    write: (bytes) => (state.writtenBytes += bytes.byteLength) - state.readBytes,
    end() {
      state.ended = true
    },
    destroy() {
      state.destroyed = true
    },
  }
  const stream = createEventWriter(sink, {
    clock: time.clock,
    heartbeats,
    maxBufferedBytes,
    onClose: (fellBehind) => closed.push(fellBehind),
  })
  return { ...time, heartbeats, state, closed, stream }
}

it('drops a reader that lets more than the limit queue up', () => {
  const { stream, state, closed } = start()
  stream.write(new Uint8Array(101))
  expect(stream.isOpen).toBe(true)
  stream.write(new Uint8Array(1))
  expect(state.destroyed).toBe(true)
  expect(closed).toEqual([true])
})

it('does not drop a reader because of one large event', () => {
  const { stream, state } = start()
  stream.write(new Uint8Array(10_000))
  state.readBytes = 10_000
  stream.write(new Uint8Array(10_000))
  expect(stream.isOpen).toBe(true)
})

it('ends after the last event, closes once, and writes nothing afterwards', () => {
  const { stream, state, closed } = start()
  stream.end(new Uint8Array(5))
  stream.end(new Uint8Array(5))
  stream.write(new Uint8Array(5))
  stream.disconnect()
  expect(state).toMatchObject({ writtenBytes: 5, ended: true, destroyed: false })
  expect(closed).toEqual([false])
})

it('sends one heartbeat every 15 seconds, and needs no timer without streams', () => {
  const { stream, state, advance, timers } = start()
  advance(14)
  expect(state.writtenBytes).toBe(0)
  advance(1)
  expect(state.writtenBytes).toBe(13)
  advance(15)
  expect(state.writtenBytes).toBe(26)
  stream.disconnect()
  expect(timers()).toBe(0)
})

it('spreads the heartbeats of its streams over the seconds', () => {
  const { heartbeats, advance } = start()
  const beats: string[] = []
  heartbeats.add(() => beats.push('first'))
  advance(5)
  heartbeats.add(() => beats.push('second'))
  advance(10)
  expect(beats).toEqual(['first'])
  advance(5)
  expect(beats).toEqual(['first', 'second'])
})

it('awaits a slow reader, and resolves as soon as little is queued', async () => {
  const { stream, state, advance } = start({ maxBufferedBytes: 1_000_000 })
  expect(stream.drained()).toBeUndefined()
  stream.write(new Uint8Array(100_000))
  let isDrained = false
  const drained = stream.drained()?.then(() => (isDrained = true))
  advance(1)
  await Promise.resolve()
  expect(isDrained).toBe(false)
  state.readBytes = 90_000
  advance(1)
  await drained
  expect(stream.isOpen).toBe(true)
})

it('drops a reader that takes nothing for 30 seconds', async () => {
  const { stream, advance, closed } = start({ maxBufferedBytes: 1_000_000 })
  stream.write(new Uint8Array(100_000))
  const drained = stream.drained()
  for (let second = 0; second < 32; second++) {
    advance(1)
    await Promise.resolve()
    await Promise.resolve()
  }
  await drained
  expect(closed).toEqual([true])
})
