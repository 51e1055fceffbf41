import type { BodyLimits } from '@mcp/http'
import type { Clock, Health, MaybePromise, McpError, RequestEnvelope } from '@mcp/protocol'

import type { SessionStateLifetime } from './calls/session-state.ts'

/** What a failure was about. */
export interface ErrorContext {
  /** The request that failed; absent where none was being answered. */
  readonly request?: RequestEnvelope | undefined
}

export interface ServerOptions extends BodyLimits {
  /** What it writes as `metadata.source`. Default: what the seven servers write, or the server's name. */
  readonly source?: string | undefined
  /**
   * The secret by which the session manager shows that it is one. Default: none, and then whoever
   * asks from this machine is trusted.
   */
  readonly serviceToken?: string | undefined
  /** Whether each result is checked against its schema: for tests and development. Default: false. */
  readonly checkResults?: boolean | undefined
  /** The largest result answered whole, in bytes of JSON. Default: 64 KiB. */
  readonly maxResultBytes?: number | undefined
  /** How many notifications a listener that lost its connection can catch up on. Default: 1000. */
  readonly notificationRing?: number | undefined
  /** What is held for a session, to be released when it closes. Default: nothing. */
  readonly sessionStates?: readonly SessionStateLifetime[] | undefined
  /** Whether it can answer. Default: healthy. */
  readonly health?: (() => MaybePromise<Health>) | undefined
  /** Releases what the handlers hold, after the last of them was told to stop. Default: nothing. */
  readonly onClose?: (() => MaybePromise<void>) | undefined
  /** Told of each failure nobody expected; `error.cause` is what was thrown. Default: do nothing. */
  readonly onError?: ((error: McpError, context: ErrorContext) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}
