import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { Destination } from '../routing/registry.ts'

/**
 * Processes the request of a call and returns the response. The parameters are positional. With an
 * object as parameter, each stage would create an object for each request.
 */
export type Handler = (
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
  destination: Destination,
) => MaybePromise<ResponseEnvelope>

/**
 * One stage of the pipeline. It receives the handler of the later stages as `next`, and returns a
 * handler that usually calls `next`. A stage that is not configured returns `next` and costs nothing.
 */
export type Stage = (next: Handler) => Handler
