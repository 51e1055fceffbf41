import type { MaybePromise } from '@mcp/protocol'

import type { EventStore } from './event-store.ts'
import type { InteractionStore } from './interaction-store.ts'
import type { ResponseStore } from './response-store.ts'
import type { SessionStore } from './session-store.ts'
import type { SignalBus } from './signal-bus.ts'

/** The state of a backend. */
export interface StoreHealth {
  /** Why the last write failed; `undefined` if it succeeded. */
  readonly failure: string | undefined
  /** Number of operations that the backend failed since the start. */
  readonly errors: number
}

/**
 * The state of a session manager: four stores and a signal bus over one backend. Every method may
 * return a value or a promise; a store in this process returns values, and then a request never
 * waits for it. The stores publish `appended`, `ended` and `resolved` on the bus themselves, because
 * only the backend knows the order of concurrent changes. If the backend fails, they throw a
 * `storeFailure` and report it themselves, once per change of state.
 *
 * `createMemoryStores` and `createFileStores` (`@mcp/store-file`) are implementations. The contract
 * suites in `@mcp/session-manager/testing` verify another one; `itImplementsStores` runs all five.
 */
export interface Stores {
  readonly sessions: SessionStore
  readonly responses: ResponseStore
  readonly events: EventStore
  readonly interactions: InteractionStore
  readonly signals: SignalBus
  /** Whether other session managers use the backend at the same time. */
  readonly isShared: boolean
  /** Returns the state of the backend as of the last operation. */
  health(): StoreHealth
  /** Writes pending changes and releases all resources. */
  close(): MaybePromise<void>
}
