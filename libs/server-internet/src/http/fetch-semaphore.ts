import type { Semaphore } from '@mcp/concurrency'
import { createSemaphore } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

const maxQueued = 256

/**
 * Creates the semaphore that limits concurrent fetches. It shares its permits fairly between callers.
 * It rejects a fetch with `unavailable` if 256 fetches of all callers, or 64 of the same caller, are waiting.
 */
export function createFetchSemaphore(limit: number): Semaphore {
  return createSemaphore({
    limit,
    // A fetch holds its permit until the timeout if the site does not respond. Without reserved
    // permits, one caller could hold all of them with such fetches.
    reservesPermits: true,
    maxQueued,
    maxQueuedPerKey: maxQueued / 4,
    queueFull: () =>
      new McpError('unavailable', 'Too many pages are being fetched. Retry later.', {
        details: { retryAfterMs: 1000 },
      }),
  })
}
