import type { Semaphore } from '@mcp/concurrency'
import { createSemaphore } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

const maxQueued = 256

/** Creates the semaphore that limits concurrent fetches. It rejects with `unavailable` if too many wait. */
export function createFetchSemaphore(limit: number): Semaphore {
  return createSemaphore({
    limit,
    maxQueued,
    queueFull: () =>
      new McpError('unavailable', 'Too many pages are being fetched. Retry later.', {
        details: { retryAfterMs: 1000 },
      }),
  })
}
