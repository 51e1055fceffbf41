import type { Clock } from '@mcp/protocol'

import { takeTurn } from '../take-turn.ts'
import type { ResourceChange } from '../providers/resource-provider.ts'
import type { SubscriptionIndex } from './subscription-index.ts'

export interface ChangeFeedOptions {
  readonly index: SubscriptionIndex
  readonly clock: Clock
  /** Tells sessions that one resource changed. */
  readonly tellUpdated: (change: ResourceChange, sessionIds: readonly string[]) => void
  /** Tells all that the list changed. */
  readonly tellListChanged: (counts: { created: number; deleted: number }) => void
  readonly onError: (thrown: unknown) => void
}

/** Whether this server made the change, or a provider saw it. */
export type ChangeSource = 'made' | 'seen'

/** Where changes go, whoever saw them first. */
export interface ChangeFeed {
  /** Tells a change to those who subscribed, unless it was told already. */
  announce(change: ResourceChange, source: ChangeSource): void
  /** Counts whatever comes next as news. */
  forget(): void
  /** Tells nothing more. */
  close(): void
}

const coalesceMs = 100
const rememberedUris = 10_000

/**
 * Tells each change once. A change that this server makes is announced by its maker and, later, by the
 * watcher; the second is known by its etag.
 */
export function createChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  const { index, clock, tellUpdated, tellListChanged, onError } = options
  const told = new Map<string, { readonly state: string; readonly source: ChangeSource }>()
  const waiting: ResourceChange[] = []
  let isDraining = false
  let isClosed = false
  let counts = { created: 0, deleted: 0 }
  let cancelTimer: (() => void) | undefined

  /** Whether the change is news; remembers it. */
  function isNews({ uri, change, etag }: ResourceChange, source: ChangeSource): boolean {
    const last = told.get(uri)
    told.delete(uri)
    const state = change === 'deleted' ? 'deleted' : etag
    if (state === undefined) return true
    told.set(uri, { state, source })
    if (told.size > rememberedUris) told.delete(told.keys().next().value ?? uri)
    // Two changes made one after the other are two, even where the clock is too coarse to tell.
    return last?.state !== state || (source === 'made' && last.source === 'made')
  }

  function countInList(change: ResourceChange['change']): void {
    if (change === 'updated') return
    counts[change]++
    cancelTimer ??= clock.after(coalesceMs, () => {
      const coalesced = counts
      counts = { created: 0, deleted: 0 }
      cancelTimer = undefined
      tellListChanged(coalesced)
    })
  }

  /** Waits for nothing but its turn, so that a change is told at once where there is little to do. */
  async function drain(): Promise<void> {
    isDraining = true
    const turn = takeTurn()
    for (let change = waiting.shift(); change !== undefined; change = waiting.shift()) {
      const listening = new Set<string>()
      for (const sessionIds of index.listeners(change.uri)) {
        for (const sessionId of sessionIds) listening.add(sessionId)
        if (turn.isOver()) await turn.next()
      }
      if (isClosed || listening.size === 0) continue
      try {
        tellUpdated(change, [...listening])
      } catch (thrown) {
        onError(thrown)
      }
    }
    isDraining = false
  }

  return {
    announce(change, source) {
      if (isClosed || !isNews(change, source)) return
      countInList(change.change)
      waiting.push(change)
      if (!isDraining) void drain()
    },
    forget: () => told.clear(),
    close() {
      isClosed = true
      waiting.length = 0
      cancelTimer?.()
    },
  }
}
