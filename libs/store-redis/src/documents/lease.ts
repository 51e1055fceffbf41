import { randomUUID } from 'node:crypto'

import { delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { Connection } from '../connection.ts'
import { claimLease, releaseLease, renewLease } from '../scripts/lease-scripts.ts'

export interface LeaseOptions {
  readonly connection: Connection
  readonly leaseMs: number
  readonly clock: Clock
}

const pollMs = 50

/**
 * Maximum time to wait for the lease, in milliseconds. The task of the holder may wait for several requests to
 * other systems, each with its own timeout.
 */
const maxWaitMs = 60_000

/**
 * Runs a task while this process holds a lease, which it renews.
 *
 * @throws McpError `unavailable` if another process holds the lease for a minute.
 */
export async function holdLease<Result>(
  key: string,
  task: () => Promise<Result>,
  { connection, leaseMs, clock }: LeaseOptions,
): Promise<Result> {
  const holder = randomUUID()
  const giveUpAt = clock.now() + maxWaitMs
  while ((await connection.run(claimLease, [key], [holder, leaseMs])) !== 1) {
    if (clock.now() >= giveUpAt) {
      throw new McpError(
        'unavailable',
        'Another process has been running the same task for a minute. Retry later.',
      )
    }
    await delay(pollMs, clock, new AbortController().signal)
  }
  const stop = clock.every(leaseMs / 4, () => {
    // The connection reports its failures.
    connection.run(renewLease, [key], [holder, leaseMs]).catch(() => {})
  })
  try {
    return await task()
  } finally {
    stop()
    // If the release fails, the lease expires.
    await connection.run(releaseLease, [key], [holder]).catch(() => {})
  }
}
