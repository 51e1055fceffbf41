import type { EndReason, SessionStore, StoredSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { textsOf } from '../results.ts'
import { claimLease } from '../scripts/lease-scripts.ts'
import { createTrimming } from './trimming.ts'

const maxEvictions = 50

type End = (id: string, reason: EndReason, at: number) => Promise<StoredSession | undefined>

/** Creates the sweep. Only the session manager that holds the lease sweeps. */
export function createSweeper(
  backend: Backend,
  end: End,
  repairPlaces: (at: number) => Promise<void>,
): SessionStore['sweep'] {
  const { connection, keys, limits, touches, replica, leaseMs } = backend

  const { dueInShards, trimResponsesOf, trimEventsOf, prune } = createTrimming(backend)

  /**
   * Evicts the oldest entries of all sessions until the rest fits into `maxBytes`, in at most `maxEvictions`
   * steps. Returns whether it stopped at that limit.
   */
  async function evict(
    queues: readonly { readonly queue: string; readonly bytes: string }[],
    maxBytes: number,
    trim: (id: string, until: '') => Promise<void>,
  ): Promise<boolean> {
    for (let evictions = 0; evictions < maxEvictions; evictions++) {
      const sizes = await Promise.all(queues.map(({ bytes }) => connection.call('GET', bytes)))
      const total = sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0)
      if (total <= maxBytes) return false
      const heads = await Promise.all(
        queues.map(({ queue }) => connection.call('ZRANGE', queue, 0, 0, 'WITHSCORES')),
      )
      const oldest = heads
        .map((head) => textsOf(head))
        .filter((head) => head.length === 2)
        .toSorted((left, right) => Number(left[1]) - Number(right[1]))[0]
      if (oldest === undefined) return false
      await trim(oldest[0] ?? '', '')
    }
    return true
  }

  const shardQueues = keys.shards.map((shard) => keys.shardKeys(shard))
  const responseQueues = shardQueues.map((k) => ({
    queue: k.responseQueue,
    bytes: k.responseBytes,
  }))
  const eventQueues = [...shardQueues, keys.broadcasts].map((k) => ({
    queue: k.eventQueue,
    bytes: k.eventBytes,
  }))

  return async (at, isActive) => {
    await touches.flush()
    if ((await connection.run(claimLease, [keys.lease], [replica, leaseMs])) !== 1) {
      return { ended: [], hasMore: false }
    }
    const expired = await dueInShards('expiry', at)
    const ending = expired.map((id) => {
      if (!isActive(id)) return end(id, 'expired', at)
      touches.add(id, at)
      return Promise.resolve(undefined)
    })
    const ended = await Promise.all(ending)
    await touches.flush()
    const pruned = await prune(at)
    await repairPlaces(at)
    const hasMoreEvents = await evict(eventQueues, limits.maxTotalEventBytes, trimEventsOf)
    const hasMoreResponses = await evict(
      responseQueues,
      limits.maxTotalResponseBytes,
      trimResponsesOf,
    )
    return {
      ended: ended.filter((session) => session !== undefined),
      hasMore: expired.length > 0 || pruned > 0 || hasMoreEvents || hasMoreResponses,
    }
  }
}
