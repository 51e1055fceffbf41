import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { inRequestSpan } from '@mcp/telemetry'

import type { OperationTable } from '../operations/operation-table.ts'

/**
 * Processes a request in a span. The span is active while the handler runs. Call it only if `isTracing()`.
 */
export function traceHandler(
  request: RequestEnvelope,
  context: RequestContext,
  table: OperationTable,
  process: (request: RequestEnvelope, context: RequestContext) => MaybePromise<ResponseEnvelope>,
): MaybePromise<ResponseEnvelope> {
  const operation = labelOf(table, request)
  const attributes = { 'mcp.operation': operation, 'mcp.request.id': request.id }
  return inRequestSpan(`handle ${operation}`, { attributes, parent: context.trace }, (span) =>
    process(request, { ...context, trace: span?.trace ?? context.trace }),
  )
}

/**
 * Returns the label of an operation, or `unknown`. The label becomes the name of a span. Tracing backends group
 * spans by name, so an unknown name that a caller sent must not become one.
 */
function labelOf(table: OperationTable, request: RequestEnvelope): string {
  try {
    return table.find(request).label
  } catch {
    return 'unknown'
  }
}
