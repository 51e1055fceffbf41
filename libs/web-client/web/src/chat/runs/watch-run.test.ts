import type { AgentEvent, RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'
import { expect, it, vi } from 'vitest'

import type { ReadRunOptions, RunFollower } from './watch-run.ts'
import { watchRun } from './watch-run.ts'

const usage = { inputTokens: 1, outputTokens: 1 }
const agentEvents: readonly AgentEvent[] = [
  { type: 'run-started', prompt: 'Hi', provider: 'small' },
  { type: 'text-delta', step: 1, text: 'Hel' },
  { type: 'text-delta', step: 1, text: 'lo' },
  { type: 'run-finished', reason: 'answered', usage },
]
const events = agentEvents.map((event, index): RunEvent => ({ seq: index + 1, at: index, event }))
const gap = new McpError('conflict', 'Gap.', { details: { reason: 'stream-gap' } })

const textOf = (watched: ReturnType<typeof watchRun>) =>
  watched.read().view.items.map((item) => ('text' in item ? item.text : item.kind))

type Read = (options: ReadRunOptions, attempt: number) => AsyncIterable<RunEvent>

/** Creates a run whose events are read with `read`, and followed by the test. */
function start({ isRunning, read }: { readonly isRunning: boolean; readonly read: Read }) {
  const opened: number[] = []
  const followers = new Set<RunFollower>()
  const watched = watchRun('c-1.1', {
    isRunning,
    now: () => 1000,
    read: (_runId, options) => {
      opened.push(options.after)
      return read(options, opened.length)
    },
    follow: (_runId, follower) => {
      followers.add(follower)
      return () => followers.delete(follower)
    },
  })
  return { watched, opened, followers }
}

/** Yields events after the position, then waits as a run in progress does. */
async function* readLive({ after, signal, onOpen }: ReadRunOptions): AsyncGenerator<RunEvent> {
  onOpen()
  yield* events.slice(after)
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

async function* readNone(): AsyncGenerator<RunEvent> {}

it('folds the events until the run has ended, and reads them once', async () => {
  const { watched, opened, followers } = start({
    isRunning: false,
    read: async function* ({ onOpen }) {
      onOpen()
      yield* events
    },
  })
  const stop = watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(textOf(watched)).toEqual(['Hello'])
  stop()
  watched.subscribe(() => {})()
  expect(opened).toEqual([0])
  expect(followers.size).toBe(0)
})

it('follows a run in progress without a connection of its own', () => {
  const { watched, opened, followers } = start({ isRunning: true, read: readNone })
  watched.subscribe(() => {})
  for (const follower of followers) {
    follower.onPosition(0)
    follower.onConnection({ state: 'live' })
    // The stream repeats events after it was opened again.
    for (const event of [...events.slice(0, 2), ...events]) follower.onEvent(event)
  }
  expect(watched.read().connection.state).toBe('ended')
  expect(textOf(watched)).toEqual(['Hello'])
  expect(opened).toEqual([])
  expect(followers.size).toBe(0)
})

it('reads the events that were sent before, and no further', async () => {
  const ended: AbortSignal[] = []
  const { watched, opened, followers } = start({
    isRunning: true,
    read: (options) => {
      ended.push(options.signal)
      return readLive(options)
    },
  })
  const stop = watched.subscribe(() => {})
  const [follower] = followers
  follower?.onPosition(2)
  await vi.waitFor(() => expect(watched.read().seq).toBe(2))
  expect(textOf(watched)).toEqual(['Hel'])
  stop()
  expect(followers.size).toBe(0)
  watched.subscribe(() => {})
  expect(opened).toEqual([0])
  for (const next of followers) for (const event of events.slice(2, 3)) next.onEvent(event)
  expect(textOf(watched)).toEqual(['Hello'])
})

it('reads the events that the stream has left out, also those that arrive meanwhile', async () => {
  const release = Promise.withResolvers<void>()
  const { watched, opened, followers } = start({
    isRunning: true,
    read: async function* (options) {
      await release.promise
      yield* readLive(options)
    },
  })
  watched.subscribe(() => {})
  const [first, second, third, last] = events
  const [follower] = followers
  for (const event of [first, third, last]) if (event !== undefined) follower?.onEvent(event)
  expect(watched.read().seq).toBe(1)
  release.resolve()
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(opened).toEqual([first?.seq])
  expect(second?.seq).toBe(2)
  expect(textOf(watched)).toEqual(['Hello'])
})

it('reads a run from its start after a gap', async () => {
  const { watched, opened } = start({
    isRunning: false,
    read: async function* (_options, attempt) {
      if (attempt > 1) {
        yield* events
        return
      }
      yield* events.slice(0, 2)
      throw gap
    },
  })
  watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(opened).toEqual([0, 0])
  expect(textOf(watched)).toEqual(['Hello'])
})

it('reports when it reconnects, and why it failed', async () => {
  const states: unknown[] = []
  const { watched } = start({
    isRunning: false,
    read: async function* ({ onOpen, onReconnect }) {
      onOpen()
      yield* events.slice(0, 1)
      onReconnect(500)
      onOpen()
      throw new McpError('not-found', 'No run.')
    },
  })
  watched.subscribe(() => states.push(watched.read().connection))
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('failed'))
  expect(states).toContainEqual({ state: 'reconnecting', retryAt: 1500 })
  expect(states.at(-1)).toMatchObject({ error: { code: 'not-found' } })
})

it('reports the connection of a run in progress, and that the service does not have it', () => {
  const { watched, followers } = start({ isRunning: true, read: readNone })
  watched.subscribe(() => {})
  const [follower] = followers
  follower?.onConnection({ state: 'reconnecting', since: 900, retryAt: 1500 })
  expect(watched.read().connection).toMatchObject({ state: 'reconnecting', retryAt: 1500 })
  follower?.onConnection({ state: 'live' })
  expect(watched.read().connection).toEqual({ state: 'live' })
  follower?.onMissing()
  expect(watched.read().connection).toMatchObject({ error: { code: 'not-found' } })
  expect(followers.size).toBe(0)
})
