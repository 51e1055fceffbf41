import type { ResponseEnvelope } from '@mcp/protocol'

import type { InFlightRequest } from './in-flight-requests.ts'

/** A request that has ended, for a log. */
export interface EndedRequest {
  readonly requestId: string
  /** Id of the session. It grants access to the session, so a log must shorten it. */
  readonly sessionId: string
  /** Id of the authenticated caller. */
  readonly principal: string | undefined
  /** W3C trace context of the caller. */
  readonly traceparent: string | undefined
  /** Server that processed the request. */
  readonly server: string | undefined
  /** Name of the operation, such as `calculator.add`. Undefined for an unknown one. */
  readonly operation: string | undefined
  /** `ok` or an error code. */
  readonly status: string
  readonly durationMs: number
}

export function toEndedRequest(
  { request, sessionId, owner, traceparent, server, operation, startedAt }: InFlightRequest,
  response: ResponseEnvelope,
  now: number,
): EndedRequest {
  const name = operation && [operation.target, operation.operation].filter(Boolean).join('.')
  return {
    requestId: request.id,
    sessionId,
    principal: owner,
    traceparent,
    server,
    operation: name,
    status: response.status === 'success' ? 'ok' : response.error.code,
    durationMs: now - startedAt,
  }
}
