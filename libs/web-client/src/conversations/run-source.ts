import type { Conversations } from '@mcp/conversations'
import { McpError } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'

import type { StreamEntry, StreamSource } from '../stream/stream-source.ts'

const maxRuns = 20

type Source = Pick<Conversations, 'events' | 'pending' | 'onPendingChanged'>

/** Creates two sources: the events of runs, and the decisions that wait for the caller. */
export function createRunSources(conversations: Source): StreamSource[] {
  return [createRunSource(conversations), createPendingSource(conversations)]
}

/**
 * Creates the source of the events of runs. `?runs=` names their ids, separated by commas. A position
 * consists of the id and the last event of each run, such as `c-1.1:12,c-2.1:5`.
 */
function createRunSource(conversations: Source): StreamSource {
  return {
    name: 'runs',
    async open({ value, ownerId }, after, signal) {
      const owner = ownerId()
      const runIds = readRunIds(value)
      const positions = readRunPositions(after, runIds)
      const runs = await Promise.all(
        runIds.map(async (runId) => {
          const events = await conversations.events(owner, runId, {
            after: positions.get(runId),
            signal,
          })
          return { runId, events: events[Symbol.asyncIterator]() }
        }),
      )
      return mergeRuns(runs, positions)
    },
  }
}

/**
 * Creates the source of the decisions that wait for the caller. Each event contains the complete list, so
 * events have no position.
 */
function createPendingSource(conversations: Source): StreamSource {
  return {
    name: 'pending',
    open({ ownerId }, _after, signal) {
      const owner = ownerId()
      return followPending(conversations, owner, signal)
    },
  }
}

interface WatchedRun {
  readonly runId: string
  readonly events: AsyncIterator<RunEvent>
}

async function* mergeRuns(
  runs: readonly WatchedRun[],
  positions: Map<string, number>,
): AsyncGenerator<StreamEntry, void> {
  const next = async (run: WatchedRun) => ({ run, result: await run.events.next() })
  const waiting = new Map(runs.map((run) => [run, next(run)]))
  while (waiting.size > 0) {
    const { run, result } = await Promise.race(waiting.values())
    if (result.done === true) {
      waiting.delete(run)
      continue
    }
    waiting.set(run, next(run))
    const { runId } = run
    positions.set(runId, result.value.seq)
    const id = Array.from(positions, ([runId, seq]) => `${runId}:${seq}`).join(',')
    yield { id, data: JSON.stringify({ runId, ...result.value }) }
  }
}

async function* followPending(
  conversations: Source,
  owner: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEntry, void> {
  let change = Promise.withResolvers<void>()
  const onChange = (): void => change.resolve()
  const stop = conversations.onPendingChanged(owner, onChange)
  signal.addEventListener('abort', onChange)
  try {
    for (let last: string | undefined; !signal.aborted; await change.promise) {
      change = Promise.withResolvers()
      const data = JSON.stringify({ pending: conversations.pending(owner) })
      if (data !== last) yield { data }
      last = data
    }
  } finally {
    signal.removeEventListener('abort', onChange)
    stop()
  }
}

function readRunIds(value: string): string[] {
  const runIds = [...new Set(value.split(','))]
  if (runIds.length <= maxRuns) return runIds
  throw new McpError('invalid-request', `At most ${maxRuns} runs can be named in "runs".`)
}

/** Returns the positions of the named runs. */
function readRunPositions(
  after: string | undefined,
  runIds: readonly string[],
): Map<string, number> {
  const positions = new Map<string, number>()
  if (after === undefined) return positions
  for (const part of after.split(',')) {
    const [, runId, seq] = /^([\w.-]{1,100}):(\d{1,15})$/.exec(part) ?? []
    if (runId === undefined) throw invalidPosition()
    if (runIds.includes(runId)) positions.set(runId, Number(seq))
  }
  return positions
}

function invalidPosition(): McpError {
  return new McpError(
    'invalid-request',
    'Invalid Last-Event-ID: the position of "runs" must be from an event of this stream.',
    { details: { header: 'last-event-id' } },
  )
}
