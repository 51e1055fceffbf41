import { backoffMs } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { startFailed } from './upstream-error.ts'

/** Decides when a server that failed is started again. */
export interface StartPolicy {
  /** @throws McpError the last error, if the backoff has not passed. */
  assertAllowed(): void
  succeeded(): void
  /** Records a failed start, and returns its error for callers. */
  failed(thrown: unknown): McpError
  /** Records that a connection closed by itself during a call. */
  crashed(livedMs: number): void
  reset(): void
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
  let retryAt = 0
  let lastError: McpError | undefined

  function fail(thrown: unknown, count: number): McpError {
    const delayMs = backoffMs(count, { ...backoff, random })
    retryAt = clock.now() + delayMs
    lastError = startFailed(thrown, serverName, delayMs)
    return lastError
  }

  return {
    assertAllowed() {
      if (clock.now() < retryAt && lastError !== undefined) throw lastError
    },
    succeeded() {
      failures = 0
      lastError = undefined
    },
    failed(thrown) {
      failures += 1
      return fail(thrown, failures - 1)
    },
    crashed(livedMs) {
      crashes = livedMs < minLifeMs ? crashes + 1 : 0
      // The first start after a crash has no delay, so that the next call works.
      if (crashes < 2) return
      fail(new McpError('unavailable', 'it ended during several calls in a row'), crashes - 2)
    },
    reset() {
      failures = 0
      crashes = 0
      retryAt = 0
    },
  }
}
