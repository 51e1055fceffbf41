import { McpError } from '@mcp/protocol/light'
import type { CombinedStreamOptions, StreamEntry } from '@mcp/client/rest'

import type { Connection } from './connection.ts'
import type { Demand } from './demand.ts'
import { isEqualDemand } from './demand.ts'
import type { SharedEntry } from './shared-entry.ts'

export type OpenStream = (options: CombinedStreamOptions) => AsyncIterable<StreamEntry>

export interface LeaderOptions {
  readonly open: OpenStream
  /** Contents of the first stream. */
  readonly first: Demand
  /** Position after which the first stream starts. */
  readonly after: string | undefined
  readonly onEntry: (entry: SharedEntry) => void
  readonly onConnection: (connection: Connection) => void
  readonly now: () => number
  /** Resolves after a time, or when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface Leader {
  /** Changes the parts that the stream contains. Opens the stream again only if there is a difference. */
  demand(demand: Demand): void
  /** Opens the stream again without a position, for example for another session. */
  restart(): void
  /** Opens the stream again after the last entry. */
  reconnect(): void
  close(): void
}

const retryMs = 5000

/** Creates the connection that one tab holds for all tabs of a browser. */
export function createLeader(options: LeaderOptions): Leader {
  const { open, onEntry, onConnection, now, wait } = options
  const closed = new AbortController()
  let position = options.after
  let current = options.first
  let reopen = new AbortController()
  /** Runs that the service does not know. */
  const unknownRuns = new Set<string>()
  let interruptedAt: number | undefined

  const onOpen = () => {
    interruptedAt = undefined
    onConnection({ state: 'live' })
  }
  const reportInterruption = (delayMs: number) => {
    interruptedAt ??= now()
    onConnection({ state: 'reconnecting', since: interruptedAt, retryAt: now() + delayMs })
  }

  async function read(runs: readonly string[], signal: AbortSignal): Promise<void> {
    const entries = open({
      session: true,
      pending: true,
      activity: current.activity,
      runs,
      after: position,
      signal,
      onOpen,
      onReconnect: ({ delayMs }) => reportInterruption(delayMs),
    })
    for await (const entry of entries) {
      if (signal.aborted) return
      position = entry.position ?? position
      onEntry(entry)
    }
  }

  function ignoreRuns({ details }: McpError, runs: readonly string[]): void {
    const missing = runs.filter((run) => run === details?.['id'])
    for (const runId of missing.length > 0 ? missing : runs) {
      unknownRuns.add(runId)
      onEntry({ source: 'missing-run', runId })
    }
  }

  async function follow(): Promise<void> {
    while (!closed.signal.aborted) {
      reopen = new AbortController()
      const signal = AbortSignal.any([closed.signal, reopen.signal])
      const runs = current.runs.filter((run) => !unknownRuns.has(run))
      try {
        await read(runs, signal)
        if (!signal.aborted) await wait(retryMs, signal)
      } catch (thrown) {
        if (signal.aborted) continue
        const error = McpError.from(thrown)
        if (error.code === 'not-found' && runs.length > 0) {
          ignoreRuns(error, runs)
        } else if (error.details?.['reason'] === 'stream-gap') {
          position = withoutRuns(position)
        } else if (error.code === 'invalid-request' && position !== undefined) {
          position = undefined
        } else if (error.code === 'unauthenticated') {
          onConnection({ state: 'stopped', message: 'signed out' })
          await wait(Infinity, signal)
        } else {
          reportInterruption(retryMs)
          await wait(retryMs, signal)
        }
      }
    }
  }

  onConnection({ state: 'connecting' })
  void follow()

  return {
    demand(demand) {
      if (isEqualDemand(demand, current)) return
      current = demand
      reopen.abort()
    },
    restart() {
      position = undefined
      unknownRuns.clear()
      reopen.abort()
    },
    reconnect: () => reopen.abort(),
    close: () => closed.abort(),
  }
}

/** Returns a position after which the events of runs start with the first ones. */
function withoutRuns(position: string | undefined): string {
  const positions = new URLSearchParams(position)
  positions.delete('runs')
  return positions.toString()
}
