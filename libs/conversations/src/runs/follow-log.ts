import type { RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol'

import type { RunLog } from './run-log.ts'

/** Yields the events after a position of a run in progress, until the run ends or the signal is aborted. */
export async function* followLog(
  log: RunLog,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  for (let next = after; !signal.aborted;) {
    const event = log.events[next]
    if (event !== undefined) {
      next++
      yield event
    } else if (log.isEnded) return
    else await Promise.race([log.changed(), aborted])
  }
}

/** Yields the events of a run that has ended. */
export async function* replay(events: readonly RunEvent[]): AsyncGenerator<RunEvent> {
  yield* events
}

export function streamGap(after: number): McpError {
  return new McpError(
    'conflict',
    `The run has no event ${after}. Read its events from the start.`,
    {
      details: { reason: 'stream-gap', after },
    },
  )
}
