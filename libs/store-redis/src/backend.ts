import type { SignalBus, StoreLimits } from '@mcp/session-manager'

import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { KnownSessions } from './stores/known-sessions.ts'
import type { Touches } from './stores/touches.ts'

/** State that the stores of one session manager share. */
export interface Backend {
  readonly connection: Connection
  readonly keys: Keys
  readonly limits: StoreLimits
  readonly signals: SignalBus
  readonly touches: Touches
  readonly knownSessions: KnownSessions
  /** Id of this session manager among those that use the same Redis. */
  readonly replica: string
  readonly leaseMs: number
}
