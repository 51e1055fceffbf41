import { backoffMs, delay } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import type { SubscriptionFilter } from '@modelcontextprotocol/client'

import type { ActiveConnection } from '../connection/upstream-connections.ts'

export interface KeepListeningOptions {
  readonly clock: Clock
  readonly random?: (() => number) | undefined
  /** Called after the stream was opened again. Notifications may have been lost meanwhile. */
  readonly onResume: () => void
}

const backoff = { baseMs: 500, maxMs: 60_000 }

/** A stream that ends sooner counts as a failure, so that a server that ends each stream at once has a backoff. */
const minLifeMs = 5000

/**
 * Opens a stream of notifications of a modern server, and opens it again each time that it ends while the
 * connection is open. A proxy may end a stream that is silent. The returned function ends the stream.
 *
 * @throws the error of the SDK if the first stream cannot be opened.
 */
export async function keepListening(
  { client, isOpen }: Pick<ActiveConnection, 'client' | 'isOpen'>,
  filter: SubscriptionFilter,
  { clock, random, onResume }: KeepListeningOptions,
): Promise<() => Promise<void>> {
  const stop = new AbortController()
  let stream = await client.listen(filter)

  async function follow(): Promise<void> {
    let openedAt = clock.now()
    for (let failures = 0; ; failures++) {
      await stream.closed
      if (clock.now() - openedAt >= minLifeMs) failures = 0
      if (stop.signal.aborted || !isOpen()) return
      await delay(backoffMs(failures, { ...backoff, random }), clock, stop.signal)
      if (!isOpen()) return
      const next = await client.listen(filter).catch(() => undefined)
      openedAt = clock.now()
      // The previous stream has ended, so the loop tries again after a longer delay.
      if (next === undefined) continue
      stream = next
      if (stop.signal.aborted) return stream.close()
      onResume()
    }
  }

  // An abort is the only failure.
  follow().catch(() => {})
  return async () => {
    stop.abort()
    await stream.close()
  }
}
