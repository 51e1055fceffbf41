import { McpError } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { StoreHealth } from '@mcp/session-manager'

import { toSqliteFailure } from './sqlite-error.ts'

/** Counts the failures of SQLite, and reports when they start and when the file can be written again. */
export interface FailureMonitor {
  /** Records an error that an operation has thrown. Returns the error for the caller of the operation. */
  failed(thrown: unknown, isWrite: boolean): unknown
  /** Records that a write succeeded. */
  wrote(): void
  health(): StoreHealth
}

export interface FailureMonitorOptions {
  readonly file: string
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  readonly onRecovery?: ((message: string) => void) | undefined
}

const reportEveryMs = 60_000
/** Time after a successful write at which the file counts as recovered, unless a write fails in between. */
const recoveryMs = 2000

export function createFailureMonitor({
  file,
  clock,
  onError,
  onRecovery,
}: FailureMonitorOptions): FailureMonitor {
  /**
   * Time of the last report of each failure, by its message. The result codes of one failure can differ, such as
   * those for reading and for writing a file.
   */
  const reportedAt = new Map<string, number>()
  let failure: string | undefined
  let isFailureReported = false
  let stopTimer: (() => void) | undefined
  let errors = 0

  /**
   * Reports a failure, unless the last report with the same message was less than a minute ago. Returns whether
   * it was reported.
   */
  function report(code: string, error: McpError): boolean {
    const now = clock.now()
    // A single damaged page fails some operations only, so the state may change many times a second.
    if (now - (reportedAt.get(error.message) ?? -Infinity) < reportEveryMs) return false
    reportedAt.set(error.message, now)
    onError(
      new McpError('unavailable', `${error.message} File: "${file}". ${code}.`, {
        cause: error.cause,
      }),
    )
    return true
  }

  function recovered(): void {
    stopTimer = undefined
    isFailureReported = false
    // The next failure is a change of state, which is reported at once.
    reportedAt.clear()
    onRecovery?.(`The data store can be written again. File: "${file}".`)
  }

  return {
    failed(thrown, isWrite) {
      const sqliteFailure = toSqliteFailure(thrown)
      if (sqliteFailure === undefined) return thrown
      const { error, code } = sqliteFailure
      errors++
      const isNew = isWrite ? failure !== error.message : !reportedAt.has(error.message)
      if (isWrite) {
        failure = error.message
        stopTimer?.()
        stopTimer = undefined
      }
      if (isNew && report(code, error) && isWrite) isFailureReported = true
      return error
    },
    wrote() {
      failure = undefined
      if (isFailureReported) stopTimer ??= clock.after(recoveryMs, recovered)
    },
    health: () => ({ failure, errors }),
  }
}
