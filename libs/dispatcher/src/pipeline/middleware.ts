import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { isResponseTo } from '../calls/responses.ts'
import type { Stage } from './stage.ts'

/**
 * A custom stage. It returns the response of `next`, or a response that it creates. It may pass a
 * changed request or context to `next`, and may call `next` more than once.
 */
export type Middleware = (
  request: RequestEnvelope,
  context: RequestContext,
  next: Next,
) => MaybePromise<ResponseEnvelope>

/** Runs the stages after a middleware. Never throws and never rejects. */
export type Next = (
  request: RequestEnvelope,
  context: RequestContext,
) => MaybePromise<ResponseEnvelope>

/** Returns the stage that runs a middleware and checks that it returned a response. */
export function userMiddleware(middleware: Middleware): Stage {
  return (next) => (request, context, call, destination) => {
    const response: unknown = middleware(request, context, (nextRequest, nextContext) =>
      next(nextRequest, nextContext, call, destination),
    )
    return isResponseTo(request, response) ? response : awaitResponse(request, response)
  }
}

async function awaitResponse(
  request: RequestEnvelope,
  returned: unknown,
): Promise<ResponseEnvelope> {
  const response = await returned
  if (isResponseTo(request, response)) return response
  throw new McpError('internal', 'A middleware returned a value that is not a response.')
}
