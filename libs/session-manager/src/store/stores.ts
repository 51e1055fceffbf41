import type { MaybePromise } from '@mcp/protocol'

import type { EventStore } from './event-store.ts'
import type { InteractionStore } from './interaction-store.ts'
import type { ResponseStore } from './response-store.ts'
import type { SessionStore } from './session-store.ts'
import type { SignalBus } from './signal-bus.ts'

/** The state of a backend. */
export interface StoreHealth {
  /** Reason why the last write failed, or `undefined` if it succeeded. */
  readonly failure: string | undefined
  /** Number of operations that failed because of the backend, since the start. */
  readonly errors: number
  /** Number of live sessions, if the backend knows it without a query. */
  readonly sessions?: number | undefined
}

/**
 * The state of a session manager: four stores and a signal bus over one backend. Most methods may return a
 * value or a promise. Stores in this process return values, so that a request never waits for them. The stores
 * publish `appended`, `ended`, `resolved` and `settled` on the bus themselves, because only the backend knows
 * the order of concurrent changes. If the backend fails, the stores throw a `storeFailure`. They also report
 * the failure, once per change of state.
 *
 * Implementations are `createMemoryStores`, `createFileStores` (`@mcp/store-file`) and `createRedisStores`
 * (`@mcp/store-redis`). To verify your own implementation, run `itImplementsStores` of
 * `@mcp/session-manager/testing`, which runs all contract suites.
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
