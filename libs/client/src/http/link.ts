import type { Clock } from '@mcp/protocol'

import type { Transport } from './transport.ts'

/** The transport to a session manager, with the default time limit and the default number of retries. */
export interface Link {
  readonly transport: Transport
  readonly clock: Clock
  readonly timeoutMs: number
  readonly retries: number
}
