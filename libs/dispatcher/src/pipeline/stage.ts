import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { Destination } from '../routing/registry.ts'

/**
 * Processes a request of a call and returns the response. Positional parameters: an object for them
 * would be created anew by each stage of each request.
 */
export type Handler = (
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
  destination: Destination,
) => MaybePromise<ResponseEnvelope>

/**
 * One step of the pipeline: wraps the handler of the steps after it. A stage that has nothing to do
 * returns `next` itself, and costs nothing.
 */
export type Stage = (next: Handler) => Handler
