import type { Clock } from '@mcp/protocol'

import type { Metrics } from './http/metrics.ts'
import type { Presences } from './events/session-streams.ts'
import type { RequestDispatcher } from './requests/request-dispatcher.ts'
import type { RunTable } from './requests/in-flight-requests.ts'
import type { Store } from './store/store.ts'

/** What the parts of a session manager share. */
export interface Core {
  readonly dispatcher: RequestDispatcher
  readonly store: Store
  readonly clock: Clock
  readonly runs: RunTable
  readonly presences: Presences
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
  /** Whether it is shutting down. */
  isClosing: boolean
}
