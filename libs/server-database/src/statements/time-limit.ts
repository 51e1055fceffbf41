import type { Clock } from '@mcp/protocol'

import { statementTimeout } from '../engines/sql-error.ts'

export interface TimeLimit {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Further signals that abort the function. */
  readonly signals: readonly AbortSignal[]
}

/**
 * Runs a function with a signal that is aborted after `timeoutMs`.
 *
 * @throws McpError `timeout`, if the function rejects with the reason of that signal.
 */
export async function withTimeLimit<Result>(
  { clock, timeoutMs, signals }: TimeLimit,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController()
  const stop = clock.after(timeoutMs, () => limit.abort(statementTimeout(undefined, timeoutMs)))
  try {
    return await run(AbortSignal.any([...signals, limit.signal]))
  } finally {
    stop()
  }
}
