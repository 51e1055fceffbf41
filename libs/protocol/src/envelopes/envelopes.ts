import type { ErrorBody } from '../errors/mcp-error.ts'

/** Protocol version of the envelopes that this package creates. Receivers accept any 1.x. */
export const protocolVersion = '1.0'

/** Metadata of an envelope. Unknown keys are preserved and passed on. */
export interface EnvelopeMetadata {
  /** `major.minor`. */
  readonly version: string
  /** Sender: `mcp-client`, `session-manager`, `mcp-server-3`, or a name of your own. */
  readonly source: string
  /**
   * Time that the sender waits for the response, in milliseconds. A process that forwards the request
   * passes on the remaining time.
   */
  readonly timeoutMs?: number
  /** W3C trace context. Every process that forwards the request passes it on. */
  readonly traceparent?: string
  readonly tracestate?: string
  /** Set by the session manager for servers. A value written by a client is removed. */
  readonly sessionId?: string
  /** Set by the session manager for servers. A value written by a client is removed. */
  readonly principal?: string
  readonly [key: string]: unknown
}

/** A request from a client to a server. */
export interface RequestEnvelope {
  /** Unique within a session: repeating a request with the same id does not run it twice. */
  readonly id: string
  /** ISO 8601. */
  readonly timestamp: string
  /** Kebab-case. Type and target select the server. */
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly metadata: EnvelopeMetadata
}

/** The response to a request that succeeded. */
export interface SuccessResponse {
  /** Id of the request. */
  readonly id: string
  readonly timestamp: string
  readonly status: 'success'
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: EnvelopeMetadata
}

/** The response to a request that failed. */
export interface ErrorResponse {
  /** Id of the request. */
  readonly id: string
  readonly timestamp: string
  readonly status: 'error'
  readonly error: ErrorBody
  readonly metadata: EnvelopeMetadata
}

/** The response to a request. Every request has exactly one response. */
export type ResponseEnvelope = SuccessResponse | ErrorResponse

/** A message to clients, from a server, the system or another client. It has no response. */
export interface NotificationEnvelope {
  readonly id: string
  readonly timestamp: string
  /** Kebab-case, such as `resource-updated`. */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: NotificationMetadata
}

export interface NotificationMetadata extends EnvelopeMetadata {
  /**
   * Session ids of the recipients. If absent, all sessions receive the notification. A server sends
   * this list to the session manager, which does not pass it on to clients.
   */
  readonly sessionIds?: readonly string[]
}
