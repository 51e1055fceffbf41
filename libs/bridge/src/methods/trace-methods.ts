import type { TraceContext } from '@mcp/protocol'
import { inSpan, isTracing } from '@mcp/telemetry'

import type { Call } from '../calls/caller.ts'
import type { Method, Methods } from './method.ts'

/**
 * Wraps methods so that each call is a span with the attributes of the conventions for MCP. Its parent is
 * the span that the client names in `_meta` or, if there is none, that of the HTTP request.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 */
export function traceMethods(methods: Methods): Methods {
  return Object.fromEntries(
    Object.entries(methods).map(([name, run]) => [name, traceMethod(name, run)]),
  )
}

function traceMethod(method: string, run: Method): Method {
  return (caller, params, call) => {
    if (!isTracing()) return run(caller, params, call)
    // Only names in the catalogue become part of a span, because any other name is text that the client chose.
    const tool = method === 'tools/call' ? caller.view.find(String(params['name'])) : undefined
    const toolName = tool?.definition.name
    const attributes = {
      'mcp.method.name': method,
      ...(caller.isLegacy ? {} : { 'mcp.protocol.version': '2026-07-28' }),
      ...(toolName === undefined
        ? {}
        : { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': toolName }),
    }
    const name = toolName === undefined ? method : `${method} ${toolName}`
    return inSpan(name, { kind: 'server', attributes, parent: traceOf(call.meta) }, (span) =>
      run(caller, params, { ...call, meta: { ...call.meta, ...span?.trace } }),
    )
  }
}

/** Returns the W3C trace context in the `_meta` of a request. */
export function traceOf({ traceparent, tracestate }: Call['meta']): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined
  return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent }
}
