import type { TraceContext } from '@mcp/protocol'

const parentPattern = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?:-[\x21-\x7e]{0,200})?$/
const statePattern = /^[\x21-\x7e][\x20-\x7e]{0,510}[\x21-\x7e]$/

/**
 * Returns the trace context with these values of `traceparent` and `tracestate`, or undefined if
 * `traceparent` is missing or malformed. A malformed `tracestate` is dropped. Both values may be sent
 * as headers.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export function readTrace(traceparent: unknown, tracestate?: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !parentPattern.test(traceparent)) return undefined
  const hasState = typeof tracestate === 'string' && statePattern.test(tracestate)
  return hasState ? { traceparent, tracestate } : { traceparent }
}
