import type { Authenticate, BodyLimits } from '@mcp/http'
import type { Clock, Health, MaybePromise, McpError, RequestEnvelope } from '@mcp/protocol'

import type { SessionStateLifetime } from './calls/session-state.ts'

/** Context of a reported error. */
export interface ErrorContext {
  /** The request that failed. Absent if the error occurred outside a request. */
  readonly request?: RequestEnvelope | undefined
}

export interface ServerOptions extends BodyLimits {
  /**
   * Value of `metadata.source` in responses. Default: for a built-in server, the source that
   * `@mcp/contracts` lists; for any other server, its name.
   */
  readonly source?: string | undefined
  /**
   * Secret with which internal callers, such as the session manager, sign their requests. If set,
   * the server refuses unsigned requests over HTTP, unless `authenticate` or `allowDirectCalls` admits
   * their callers. Default: none. If neither this option nor `authenticate` is set, callers on this
   * machine are internal.
   */
  readonly serviceToken?: string | undefined
  /**
   * Authenticates callers over HTTP that are not internal. If set, the server refuses callers without
   * a principal, unless `allowDirectCalls` is true. Default: none.
   */
  readonly authenticate?: Authenticate | undefined
  /**
   * Whether the server admits anonymous callers over HTTP although `serviceToken` or `authenticate`
   * is set. Default: false.
   */
  readonly allowDirectCalls?: boolean | undefined
  /**
   * Whether results and chunks are validated against their schemas, for tests and development.
   * Default: false.
   */
  readonly checkResults?: boolean | undefined
  /** Maximum size of a result that is returned whole, in bytes of JSON. Default: 64 KiB. */
  readonly maxResultBytes?: number | undefined
  /** Maximum number of notifications stored for listeners that reconnect. Default: 1000. */
  readonly maxReplayedNotifications?: number | undefined
  /** Per-session states, released when the session closes. Default: none. */
  readonly sessionStates?: readonly SessionStateLifetime[] | undefined
  /** Health check of the server. Default: healthy. */
  readonly health?: (() => MaybePromise<Health>) | undefined
  /**
   * Releases the resources of the handlers. Called when the server closes, after each call in flight
   * has ended or its signal has been aborted. Default: does nothing.
   */
  readonly onClose?: (() => MaybePromise<void>) | undefined
  /** Called with each unexpected error; `error.cause` is the thrown value. Default: does nothing. */
  readonly onError?: ((error: McpError, context: ErrorContext) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}
