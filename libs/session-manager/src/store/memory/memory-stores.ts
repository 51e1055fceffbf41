import { createSignalBus } from '../signal-bus.ts'
import { defaultStoreLimits } from '../store-limits.ts'
import type { StoreLimits } from '../store-limits.ts'
import type { Stores } from '../stores.ts'
import { createMemoryEventStore } from './memory-event-store.ts'
import { createMemoryInteractionStore } from './memory-interaction-store.ts'
import { createMemoryResponseStore } from './memory-response-store.ts'
import { createMemorySessionStore } from './memory-session-store.ts'
import { createSessionRecords } from './session-records.ts'

export interface MemoryStoresOptions {
  /** Bounds per session. Default: {@link defaultStoreLimits}. */
  readonly limits?: Partial<StoreLimits> | undefined
  /** Maximum number of live sessions; beyond it, new ones are `unavailable`. Default: 1,000,000. */
  readonly maxSessions?: number | undefined
  /**
   * Maximum length of the metadata of all live sessions together, as JSON, in characters; beyond it,
   * new sessions are `unavailable`. Default: 256 MiB.
   */
  readonly maxMetadataBytes?: number | undefined
}

/**
 * Creates stores that hold everything in this process and return values without promises. Suited for
 * tests, and for a service that runs as one instance and may lose its sessions on a restart.
 */
export function createMemoryStores(options: MemoryStoresOptions = {}): Stores {
  const { maxSessions = 1_000_000, maxMetadataBytes = 256 * 1024 * 1024 } = options
  const limits = { ...defaultStoreLimits, ...options.limits }
  const signals = createSignalBus()
  const records = createSessionRecords(limits)
  const events = createMemoryEventStore(records, signals, limits)
  const sessions = createMemorySessionStore({
    records,
    signals,
    maxSessions,
    maxMetadataBytes,
    position: events.position,
    prune(at) {
      records.prune(at)
      events.prune(at)
    },
  })

  return {
    sessions,
    responses: createMemoryResponseStore(records, limits),
    events,
    interactions: createMemoryInteractionStore(records, signals, limits),
    signals,
    close: () => records.clear(),
  }
}
