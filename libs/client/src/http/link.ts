import type { Clock } from '@mcp/protocol'

import type { Transport } from './transport.ts'

/** The connection to a session manager, with the defaults of its retries. */
export interface Link {
  readonly transport: Transport
  readonly clock: Clock
  readonly timeoutMs: number
  readonly retries: number
}
