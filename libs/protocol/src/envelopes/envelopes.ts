import type { ErrorBody } from '../errors/mcp-error.ts'

/** The protocol version this package writes. A receiver accepts any minor of the same major. */
export const protocolVersion = '1.0'

/** Facts about an envelope. Unknown keys are kept and passed on. */
export interface EnvelopeMetadata {
  /** `major.minor`. */
  readonly version: string
  /** Who wrote it: `mcp-client`, `session-manager`, `mcp-server-3`, or a name of your own. */
  readonly source: string
  /** How long the sender will wait, in milliseconds. Each hop passes on what is left. */
  readonly timeoutMs?: number
  /** W3C trace context, passed through every hop. */
  readonly traceparent?: string
  readonly tracestate?: string
  /** Set by the session manager towards servers; what a client writes here is dropped. */
  readonly sessionId?: string
  /** Set by the session manager towards servers; what a client writes here is dropped. */
  readonly principal?: string
  readonly [key: string]: unknown
}

/** Something a client asks a server to do. */
export interface RequestEnvelope {
  /** Unique within a session: repeating it never runs the request twice. */
  readonly id: string
  /** ISO 8601. */
  readonly timestamp: string
  /** Kebab-case; picks the server. */
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly metadata: EnvelopeMetadata
}

/** The one answer to a request that worked. */
export interface SuccessResponse {
  /** The request's id. */
  readonly id: string
  readonly timestamp: string
  readonly status: 'success'
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: EnvelopeMetadata
}

/** The one answer to a request that did not. */
export interface ErrorResponse {
  /** The request's id. */
  readonly id: string
  readonly timestamp: string
  readonly status: 'error'
  readonly error: ErrorBody
  readonly metadata: EnvelopeMetadata
}

/** The one answer to a request. */
export type ResponseEnvelope = SuccessResponse | ErrorResponse

/** Something a server tells clients. Nobody answers it. */
export interface NotificationEnvelope {
  readonly id: string
  readonly timestamp: string
  /** Kebab-case, such as `resource-updated`. */
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: NotificationMetadata
}

export interface NotificationMetadata extends EnvelopeMetadata {
  /** The sessions it is for, on a server's own stream. Absent means all. */
  readonly sessionIds?: readonly string[]
}
