import { createTimeSlice } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { LRUCache } from 'lru-cache'

import type { ResourceChange } from '../providers/resource-provider.ts'
import type { SubscriptionIndex } from './subscription-index.ts'

export interface ChangeFeedOptions {
  readonly index: SubscriptionIndex
  readonly clock: Clock
  /** Notifies sessions that a resource changed. */
  readonly emitUpdated: (change: ResourceChange, sessionIds: readonly string[]) => void
  /** Notifies all sessions that the list of resources changed. */
  readonly emitListChanged: (counts: { created: number; deleted: number }) => void
  /** Must not throw. */
  readonly onError: (thrown: unknown) => void
}

/** Origin of a change: a write through this server, or the watch of a provider. */
export type ChangeSource = 'write' | 'watch'

/** Turns changes of resources into notifications. */
export interface ChangeFeed {
  /** Notifies the subscribed sessions of a change, unless the change was already published. */
  publish(change: ResourceChange, source: ChangeSource): void
  /**
   * Deletes the record of published changes, so that the next change of each resource is published in any
   * case.
   */
  reset(): void
  /** Stops all notifications. */
  close(): void
}

interface PublishedState {
  readonly state: string
  readonly source: ChangeSource
}

const coalesceMs = 100
const maxRememberedUris = 10_000

/**
 * Creates a feed that publishes each change once. A write through this server is published immediately. The
 * watch of the provider may report the same change later. The feed does not publish the change again if its
 * etag, or the deletion, was already published.
 */
export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { index, clock, emitUpdated, emitListChanged, onError } = options
  const published = new LRUCache<string, PublishedState>({ max: maxRememberedUris })
  const queue: ResourceChange[] = []
  let isDraining = false
  let isClosed = false
  let counts = { created: 0, deleted: 0 }
  let cancelTimer: (() => void) | undefined

  /** Records a change. Returns false if the change was already published. */
  function isNew({ uri, change, etag }: ResourceChange, source: ChangeSource): boolean {
    const last = published.get(uri)
    const state = change === 'deleted' ? 'deleted' : etag
    if (state === undefined) {
      published.delete(uri)
      return true
    }
    published.set(uri, { state, source })
    // Two consecutive writes are two changes. They may have the same etag, because the clock of a file
    // system may be coarse.
    return last?.state !== state || (source === 'write' && last.source === 'write')
  }

  function countForList(change: ResourceChange['change']): void {
    if (change === 'updated') return
    counts[change]++
    cancelTimer ??= clock.after(coalesceMs, () => {
      const coalesced = counts
      counts = { created: 0, deleted: 0 }
      cancelTimer = undefined
      try {
        emitListChanged(coalesced)
      } catch (thrown) {
        onError(thrown)
      }
    })
  }

  /**
   * Emits the queued changes. Works synchronously during a time slice, so that a single change is emitted
   * without delay.
   */
  async function drain(): Promise<void> {
    isDraining = true
    const slice = createTimeSlice()
    for (let change = queue.shift(); change !== undefined; change = queue.shift()) {
      const subscribers = new Set<string>()
      for (const sessionIds of index.subscribers(change.uri)) {
        for (const sessionId of sessionIds) subscribers.add(sessionId)
        if (slice.isOver()) await slice.yield()
      }
      if (isClosed || subscribers.size === 0) continue
      try {
        emitUpdated(change, [...subscribers])
      } catch (thrown) {
        onError(thrown)
      }
    }
    isDraining = false
  }

  return {
    publish(change, source) {
      if (isClosed || !isNew(change, source)) return
      countForList(change.change)
      queue.push(change)
      if (!isDraining) void drain()
    },
    reset: () => published.clear(),
    close() {
      isClosed = true
      queue.length = 0
      cancelTimer?.()
    },
  }
}
