import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import type { Destination } from '../routing/registry.ts'

/**
 * Processes a request of a call and returns the response. It has positional parameters, because each
 * stage would have to create an object for each request.
 */
export type Handler = (
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
  destination: Destination,
) => MaybePromise<ResponseEnvelope>

/**
 * One step of the pipeline, which wraps the handler of the later steps. A stage that has nothing to
 * do returns `next` itself, and costs nothing.
 */
export type Stage = (next: Handler) => Handler
