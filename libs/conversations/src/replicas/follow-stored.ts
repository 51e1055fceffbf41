import { delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'
import type { RunInfo } from '@mcp/protocol/rest'

import type { LogEntry } from '../log.ts'
import { eventsOf } from '../log.ts'
import { streamGap } from '../runs/follow-log.ts'

export interface StoredRun {
  /** Reads the entries of the run after a position of the log. */
  readonly readAfter: (position: number) => Promise<readonly LogEntry[]>
  /** Returns the state of the run. Ends the run if its process has ended. */
  readonly info: () => Promise<RunInfo>
  readonly clock: Clock
}

/** Interval at which the log is read, in milliseconds. */
const pollMs = 100

/**
 * Yields the events after a position of a run of another process, until the run ends or the signal is aborted.
 *
 * @throws McpError `conflict` with the reason `stream-gap` if the run has no such position.
 */
export async function* followStored(
  { readAfter, info, clock }: StoredRun,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  let position = 0
  let last = 0
  while (!signal.aborted) {
    // The state is read before the log: if the run has ended by then, the log is complete.
    const { state } = await info()
    const entries = await readAfter(position)
    position = entries.at(-1)?.seq ?? position
    for (const event of eventsOf(entries)) {
      last = event.seq
      if (event.seq > after) yield event
      if (event.event.type === 'run-finished') return
    }
    if (after > last && position > 0 && last > 0) throw streamGap(after)
    if (state === 'finished' && entries.length === 0) return
    await delay(pollMs, clock, signal).catch(() => {})
  }
}
