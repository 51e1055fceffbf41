import type { ErrorResponse, RequestEnvelope } from '@mcp/protocol'
import { createResponse, McpError } from '@mcp/protocol'

/**
 * Failure of a connection. `not-sent`: the request was certainly not sent. `outcome-unknown`: the
 * server may have processed the request.
 */
export type TransportFault = 'not-sent' | 'outcome-unknown'

// The fault is not stored in the envelope. Otherwise, if a healthy server passed on the error of an
// unreachable server, the circuit breaker of the healthy server would open.
const faults = new WeakMap<object, TransportFault>()

/**
 * Creates the response for a failed connection. Return it from a custom server that uses a network,
 * so that the circuit breaker of the dispatcher counts the failure.
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
  const response = createResponse(request.id, 'error', error, { source })
  faults.set(response, fault)
  return response
}

/** Returns the transport fault that a response reports, if any. */
export function transportFaultOf(response: object): TransportFault | undefined {
  return faults.get(response)
}
