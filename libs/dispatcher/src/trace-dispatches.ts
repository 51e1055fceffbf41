import type {
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { inRequestSpan, isTracing } from '@mcp/telemetry'

type Dispatch = (
  request: RequestEnvelope,
  context?: Partial<RequestContext>,
) => MaybePromise<ResponseEnvelope>

type OperationOf = (request: RequestEnvelope) => OperationDescription | undefined

interface Traceable {
  readonly dispatch: Dispatch
  readonly operationOf: OperationOf
}

/**
 * Wraps `dispatch` so that each call is a span, and the server receives this span as its parent. Without a
 * tracer, the wrapper costs one check.
 */
export function traceDispatches({ dispatch, operationOf }: Traceable): Dispatch {
  return (request, context = {}) => {
    if (!isTracing()) return dispatch(request, context)
    const operation = nameOf(request, operationOf)
    const attributes = { 'mcp.request.type': request.type, 'mcp.operation': operation }
    return inRequestSpan(`dispatch ${operation}`, { attributes, parent: context.trace }, (span) =>
      dispatch(request, { ...context, trace: span?.trace ?? context.trace }),
    )
  }
}

/**
 * Returns the name of an operation, such as `calculator.add`. Returns `unknown` if no server has described the
 * operation, because a caller chose its name.
 */
function nameOf(request: RequestEnvelope, operationOf: OperationOf): string {
  const operation = operationOf(request)
  if (operation === undefined) return 'unknown'
  const { target } = operation
  return target === undefined ? operation.operation : `${target}.${operation.operation}`
}
