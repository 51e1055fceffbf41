import type { AgentEvent, RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'
import { expect, it, vi } from 'vitest'

import type { OpenRunOptions } from './watch-run.ts'
import { watchRun } from './watch-run.ts'

const usage = { inputTokens: 1, outputTokens: 1 }
const agentEvents: readonly AgentEvent[] = [
  { type: 'run-started', prompt: 'Hi', provider: 'small' },
  { type: 'text-delta', step: 1, text: 'Hel' },
  { type: 'text-delta', step: 1, text: 'lo' },
  { type: 'run-finished', reason: 'answered', usage },
]
const events = agentEvents.map((event, index): RunEvent => ({ seq: index + 1, at: index, event }))

const textOf = (watched: ReturnType<typeof watchRun>) =>
  watched.read().view.items.map((item) => ('text' in item ? item.text : item.kind))

function start(open: (options: OpenRunOptions, attempt: number) => AsyncIterable<RunEvent>) {
  const opened: number[] = []
  const watched = watchRun('c-1.1', {
    now: () => 1000,
    open: (_runId, options) => {
      opened.push(options.after)
      return open(options, opened.length)
    },
  })
  return { watched, opened }
}

it('folds the events until the run has ended, and reads them once', async () => {
  const { watched, opened } = start(async function* ({ onOpen }) {
    onOpen()
    yield* events
  })
  const stop = watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(textOf(watched)).toEqual(['Hello'])
  stop()
  watched.subscribe(() => {})()
  expect(opened).toEqual([0])
})

it('goes on after its last event when it is watched again, and ignores repeated events', async () => {
  const { watched, opened } = start(async function* ({ signal }, attempt) {
    if (attempt > 1) {
      yield* events.slice(1)
      return
    }
    yield* events.slice(0, 2)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  })
  const stop = watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().seq).toBe(2))
  stop()
  watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(opened).toEqual([0, 2])
  expect(textOf(watched)).toEqual(['Hello'])
})

it('reads a run from its start after a gap', async () => {
  const gap = new McpError('conflict', 'Gap.', { details: { reason: 'stream-gap' } })
  const { watched, opened } = start(async function* (_options, attempt) {
    if (attempt > 1) {
      yield* events
      return
    }
    yield* events.slice(0, 2)
    throw gap
  })
  watched.subscribe(() => {})
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('ended'))
  expect(opened).toEqual([0, 0])
  expect(textOf(watched)).toEqual(['Hello'])
})

it('reports when it reconnects, and why it failed', async () => {
  const states: unknown[] = []
  const { watched } = start(async function* ({ onOpen, onReconnect }) {
    onOpen()
    yield* events.slice(0, 1)
    onReconnect(500)
    onOpen()
    throw new McpError('not-found', 'No run.')
  })
  watched.subscribe(() => states.push(watched.read().connection))
  await vi.waitFor(() => expect(watched.read().connection.state).toBe('failed'))
  expect(states).toContainEqual({ state: 'reconnecting', retryAt: 1500 })
  expect(states.at(-1)).toMatchObject({ error: { code: 'not-found' } })
})
