import { createSessionIndex } from '../session-index.ts'
import { createSignalBus } from '../signal-bus.ts'
import { defaultStoreLimits } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { Stores } from '../stores.ts'
import { createMemoryEventStore } from './memory-event-store.ts'
import { createMemoryInteractionStore } from './memory-interaction-store.ts'
import { createMemoryResponseStore } from './memory-response-store.ts'
import { createMemorySessionStore } from './memory-session-store.ts'
import type { SessionRecord } from './session-records.ts'
import { createPrunableRecords } from './session-records.ts'

export interface MemoryStoresOptions {
  /** Default: {@link defaultStoreLimits}. */
  readonly limits?: Partial<StoreLimits> | undefined
}

/**
 * Creates stores that hold everything in this process and return values without promises. Use them for
 * tests, and for a service that runs as one instance and may lose its sessions on a restart.
 */
export function createMemoryStores(options: MemoryStoresOptions = {}): Stores {
  const limits = { ...defaultStoreLimits, ...options.limits }
  const signals = createSignalBus()
  const index = createSessionIndex<SessionRecord>(limits)
  const prunable = createPrunableRecords()
  const shared = { index, prunable, signals, limits }
  const events = createMemoryEventStore(shared)

  return {
    sessions: createMemorySessionStore({
      ...shared,
      position: events.position,
      pruneBroadcasts: events.pruneBroadcasts,
    }),
    responses: createMemoryResponseStore(shared),
    events,
    interactions: createMemoryInteractionStore(shared),
    signals,
    isShared: false,
    health: () => ({ failure: undefined, errors: 0, sessions: index.size() }),
    close: () => index.clear(),
  }
}
