import type { Authenticate, BodyLimits } from '@mcp/http'
import type { Clock, Health, MaybePromise, McpError, RequestEnvelope } from '@mcp/protocol'

import type { SessionStateLifetime } from './calls/session-state.ts'

/** Context of a reported error. */
export interface ErrorContext {
  /** The request that failed; absent if the error occurred outside a request. */
  readonly request?: RequestEnvelope | undefined
}

export interface ServerOptions extends BodyLimits {
  /**
   * Written to responses as `metadata.source`. Default: the published source if the contract is one
   * of the seven built-in servers, otherwise the server's name.
   */
  readonly source?: string | undefined
  /**
   * Secret with which internal callers, such as the session manager, sign their requests. If set,
   * the server refuses other callers over HTTP. Default: none; unless `authenticate` is set, callers
   * on this machine are then internal.
   */
  readonly serviceToken?: string | undefined
  /**
   * Authenticates callers over HTTP that are not internal. If set, the server refuses callers that
   * it does not authenticate. Default: none.
   */
  readonly authenticate?: Authenticate | undefined
  /**
   * Whether anonymous callers may use the server over HTTP in spite of `serviceToken` or
   * `authenticate`. Default: false.
   */
  readonly allowDirectCalls?: boolean | undefined
  /**
   * Whether results and chunks are validated against their schemas, for tests and development.
   * Default: false.
   */
  readonly checkResults?: boolean | undefined
  /** Maximum size of a result that is returned whole, in bytes of JSON. Default: 64 KiB. */
  readonly maxResultBytes?: number | undefined
  /** Maximum number of notifications replayed to a listener that reconnects. Default: 1000. */
  readonly maxReplayedNotifications?: number | undefined
  /** Per-session states, released when the session closes. Default: none. */
  readonly sessionStates?: readonly SessionStateLifetime[] | undefined
  /** Health check of the server. Default: healthy. */
  readonly health?: (() => MaybePromise<Health>) | undefined
  /**
   * Releases the resources of the handlers, after their signals have been aborted. Default: does
   * nothing.
   */
  readonly onClose?: (() => MaybePromise<void>) | undefined
  /** Called with each unexpected error; `error.cause` is the thrown value. Default: does nothing. */
  readonly onError?: ((error: McpError, context: ErrorContext) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}
