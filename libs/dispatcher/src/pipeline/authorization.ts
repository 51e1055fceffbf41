import type {
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import { errorResponse } from '../calls/responses.ts'
import type { Handler, Stage } from './stage.ts'

/** Decides whether a request may run. A thrown `McpError` becomes the error response. */
export type Authorize = (
  request: RequestEnvelope,
  context: RequestContext,
  operation: OperationDescription | undefined,
) => MaybePromise<boolean>

/** Returns the stage that refuses the requests that `authorize` does not allow. */
export function authorization(authorize: Authorize | undefined): Stage {
  return (next) => {
    if (authorize === undefined) return next
    return (request, context, call, destination) => {
      const decision = authorize(request, context, destination.operation)
      if (decision === true) return next(request, context, call, destination)
      return awaitDecision(decision, next, request, context, call, destination)
    }
  }
}

/**
 * Awaits the decision, even if it is not a `Promise`. A promise of another library is an object, and
 * would count as true without `await`.
 */
async function awaitDecision(
  decision: MaybePromise<boolean>,
  next: Handler,
  ...[request, context, call, destination]: Parameters<Handler>
): Promise<ResponseEnvelope> {
  return (await decision) ? next(request, context, call, destination) : forbidden(request)
}

function forbidden(request: RequestEnvelope): ResponseEnvelope {
  const message = `You are not allowed to send this request of type "${request.type}".`
  return errorResponse(request, 'forbidden', message, { details: { reason: 'policy' } })
}
