import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

export interface TimeLimit {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Further signals that abort it. */
  readonly signals: readonly AbortSignal[]
}

/**
 * Runs something with a signal that is aborted when its time is over.
 *
 * @throws McpError `timeout`, where it was.
 */
export async function withTimeLimit<Result>(
  { clock, timeoutMs, signals }: TimeLimit,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController()
  const stop = clock.after(timeoutMs, () =>
    limit.abort(
      new McpError('timeout', `It took longer than ${timeoutMs} ms and was stopped.`, {
        details: { limitMs: timeoutMs },
      }),
    ),
  )
  try {
    return await run(AbortSignal.any([...signals, limit.signal]))
  } finally {
    stop()
  }
}
