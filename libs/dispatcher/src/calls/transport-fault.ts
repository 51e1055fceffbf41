import type { ErrorResponse, RequestEnvelope } from '@mcp/protocol'
import { createResponse, McpError } from '@mcp/protocol'

/**
 * How a connection failed: the request provably never left (`not-sent`), or nobody can say whether
 * the server ran it (`outcome-unknown`).
 */
export type TransportFault = 'not-sent' | 'outcome-unknown'

// Kept beside the envelope, not in it: an error that a healthy server relays from behind itself may
// look the same on the wire, and must not open the breaker in front of that server.
const faults = new WeakMap<object, TransportFault>()

/**
 * The answer of a server that its connection failed. A server of your own that talks over a
 * network answers with this, so that the dispatcher's circuit breaker counts it.
 */
export function transportFaultResponse(
  request: RequestEnvelope,
  fault: TransportFault,
  { message, source, cause }: { message: string; source?: string; cause?: unknown },
): ErrorResponse {
  const error =
    fault === 'not-sent'
      ? new McpError('unavailable', message, { cause })
      : new McpError('upstream-error', message, { details: { reason: fault }, cause })
  const answer = createResponse(request.id, 'error', error, { source })
  faults.set(answer, fault)
  return answer
}

/** The fault an answer reports, if it reports one. */
export function transportFaultOf(answer: object): TransportFault | undefined {
  return faults.get(answer)
}
