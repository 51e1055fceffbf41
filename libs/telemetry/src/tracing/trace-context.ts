import type { Context, SpanContext } from '@opentelemetry/api'
import { createTraceState, isSpanContextValid, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { TraceContext } from '@mcp/protocol'

const pattern = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/

/** Returns the W3C trace context that names a span as the parent. */
export function toTraceContext({
  traceId,
  spanId,
  traceFlags,
  traceState,
}: SpanContext): TraceContext {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  const tracestate = traceState?.serialize()
  return tracestate ? { traceparent, tracestate } : { traceparent }
}

/** Returns the context of OpenTelemetry with the span of a trace context, or undefined for a malformed one. */
export function fromTraceContext({ traceparent, tracestate }: TraceContext): Context | undefined {
  const [, traceId = '', spanId = '', flags = '0'] = pattern.exec(traceparent) ?? []
  const spanContext: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  }
  return isSpanContextValid(spanContext)
    ? trace.setSpanContext(ROOT_CONTEXT, spanContext)
    : undefined
}
