import type { Semaphore } from '@mcp/concurrency'
import { createSemaphore } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

const maxQueued = 256

/**
 * Creates the semaphore that limits concurrent fetches, fairly between callers. It rejects with
 * `unavailable` if too many fetches are waiting.
 */
export function createFetchSemaphore(limit: number): Semaphore {
  return createSemaphore({
    limit,
    // A site that does not respond holds a permit until the timeout.
    reservesPermits: true,
    maxQueued,
    maxQueuedPerKey: maxQueued / 4,
    queueFull: () =>
      new McpError('unavailable', 'Too many pages are being fetched. Retry later.', {
        details: { retryAfterMs: 1000 },
      }),
  })
}
