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
import { createSharedBudget } from './shared-budget.ts'
import { createPrunableRecords } from './session-records.ts'

export interface MemoryStoresOptions {
  /** Default: {@link defaultStoreLimits}. */
  readonly limits?: Partial<StoreLimits> | undefined
}

/** Stores of several session managers in one process, for tests of the state that session managers share. */
export interface SharedMemoryStores {
  /**
   * Returns the stores of a further session manager. After their `close`, the unsettled claims of this session
   * manager are `lost`.
   */
  open(): Stores
}

/**
 * Creates stores that hold everything in this process and return values without promises. Use them for
 * tests, and for a service that runs as one instance and may lose its sessions on a restart.
 */
export function createMemoryStores(options: MemoryStoresOptions = {}): Stores {
  return openStores(createState(options), false)
}

/** Creates the stores of session managers that share one memory. */
export function createSharedMemoryStores(options: MemoryStoresOptions = {}): SharedMemoryStores {
  const state = createState(options)
  return { open: () => openStores(state, true) }
}

type State = ReturnType<typeof createState>

function createState(options: MemoryStoresOptions) {
  const limits = { ...defaultStoreLimits, ...options.limits }
  const signals = createSignalBus()
  const index = createSessionIndex<SessionRecord>(limits)
  const prunable = createPrunableRecords()
  const shared = { index, prunable, signals, limits }
  const events = createMemoryEventStore(shared)
  const sessions = createMemorySessionStore({
    ...shared,
    position: events.position,
    pruneBroadcasts: events.pruneBroadcasts,
  })
  const budget = createSharedBudget(limits.maxTotalResponseBytes)
  return { shared: { ...shared, budget }, sessions, events }
}

function openStores({ shared, sessions, events }: State, isShared: boolean): Stores {
  const holder = { isAlive: true }
  return {
    sessions,
    responses: createMemoryResponseStore({ ...shared, holder }),
    events,
    interactions: createMemoryInteractionStore(shared),
    signals: shared.signals,
    isShared,
    health: () => ({ failure: undefined, errors: 0, sessions: shared.index.size() }),
    close() {
      holder.isAlive = false
      if (!isShared) shared.index.clear()
    },
  }
}
