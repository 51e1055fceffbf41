import { backoffMs } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { startFailed } from './upstream-error.ts'

/** Decides when a server that failed is started again. */
export interface StartPolicy {
  /** @throws McpError the last error, if the backoff has not passed. */
  begin(): StartAttempt
  /** Records that a connection has closed. */
  closed(connection: ClosedConnection): void
  /** Ends the backoff. Attempts that have begun before do not start another one. */
  reset(): void
}

export interface StartAttempt {
  succeeded(): void
  /**
   * Records a failed start, and returns its error for callers. Of several attempts at the same time, only one
   * counts. Otherwise, one outage would cause the delay of as many failures as there are connections.
   */
  failed(thrown: unknown): McpError
}

export interface ClosedConnection {
  /** Time at which the connection was established. The time of its start is not part of its life. */
  readonly openedAt: number
  /** Whether the connection closed by itself during a call. */
  readonly isCrash: boolean
}

const backoff = { baseMs: 500, maxMs: 60_000 }

/** A connection that closes sooner counts as a failed start, so that a crash loop has a backoff. */
const minLifeMs = 5000

export function createStartPolicy(
  serverName: string,
  clock: Clock,
  random?: () => number,
): StartPolicy {
  let failures = 0
  let crashes = 0
  let crashedAt = 0
  let retryAt = 0
  let lastError: McpError | undefined
  /** Number of recorded failures and resets, by which an attempt recognizes those since its begin. */
  let changes = 0

  function fail(thrown: unknown, count: number): McpError {
    const delayMs = backoffMs(count, { ...backoff, random })
    retryAt = clock.now() + delayMs
    changes += 1
    lastError = startFailed(thrown, serverName, delayMs)
    return lastError
  }

  return {
    begin() {
      if (clock.now() < retryAt && lastError !== undefined) throw lastError
      const begunAt = changes
      return {
        succeeded() {
          failures = 0
          lastError = undefined
        },
        failed(thrown) {
          if (changes !== begunAt) {
            return startFailed(thrown, serverName, Math.max(0, retryAt - clock.now()))
          }
          failures += 1
          return fail(thrown, failures - 1)
        },
      }
    },
    closed({ openedAt, isCrash }) {
      const now = clock.now()
      if (now - openedAt >= minLifeMs) {
        crashes = 0
        return
      }
      // A connection that was open at the last crash has closed for the same reason.
      if (!isCrash || openedAt < crashedAt) return
      crashes += 1
      crashedAt = now
      // The first start after a crash has no delay, so that the next call works.
      if (crashes < 2) return
      fail(new McpError('unavailable', 'it ended during several calls in a row'), crashes - 2)
    },
    reset() {
      failures = 0
      crashes = 0
      crashedAt = 0
      retryAt = 0
      changes += 1
    },
  }
}
