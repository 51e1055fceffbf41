import type {
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import { onCallEnd } from '../calls/call.ts'
import { errorResponse } from '../calls/responses.ts'
import type { Handler, Stage } from './stage.ts'

/** The server of a request. */
export interface AddressedServer {
  readonly name: string
  /** Returns the operation that a request would run, if the server has described it. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
}

/** The permission to run a request, with hooks for its response. */
export interface Admission {
  /** Changes the response before the caller receives it. */
  readonly transform?: ((response: ResponseEnvelope) => ResponseEnvelope) | undefined
  /** Receives the response when the request ends, also at its deadline or when the caller aborts. */
  readonly settled?: ((response: ResponseEnvelope) => void) | undefined
}

/**
 * Decides whether a request may run. `false` refuses the request with the error `forbidden`, and a
 * thrown `McpError` refuses it with this error. `true` or an {@link Admission} permits the request. The
 * server is undefined if no server handles the request.
 */
export type Authorize = (
  request: RequestEnvelope,
  context: RequestContext,
  operation: OperationDescription | undefined,
  server: AddressedServer | undefined,
) => MaybePromise<boolean | Admission>

/** Returns the stage that refuses the requests that `authorize` does not allow. */
export function authorization(
  authorize: Authorize | undefined,
  onError: (error: unknown) => void,
): Stage {
  return (next) => {
    if (authorize === undefined) return next
    return (request, context, call, destination) => {
      const { operation, server } = destination
      const decision = authorize(request, context, operation, server)
      if (decision === true) return next(request, context, call, destination)
      return awaitDecision(decision, onError, next, request, context, call, destination)
    }
  }
}

/**
 * Awaits the decision, even if it is not a `Promise`. Without `await`, a promise of another library would
 * be treated as an {@link Admission}, because it is an object.
 */
async function awaitDecision(
  decision: MaybePromise<boolean | Admission>,
  onError: (error: unknown) => void,
  next: Handler,
  ...[request, context, call, destination]: Parameters<Handler>
): Promise<ResponseEnvelope> {
  const admission = await decision
  if (admission === false) return forbidden(request)
  if (admission === true) return next(request, context, call, destination)
  const { transform, settled } = admission
  if (settled !== undefined) reportEnd(call, settled, onError)
  const response = await next(request, context, call, destination)
  return transform === undefined ? response : transform(response)
}

function reportEnd(
  call: Call,
  settled: (response: ResponseEnvelope) => void,
  onError: (error: unknown) => void,
): void {
  onCallEnd(call, (_call, response) => {
    try {
      settled(response)
    } catch (error) {
      onError(error)
    }
  })
}

function forbidden(request: RequestEnvelope): ResponseEnvelope {
  const message = `You are not allowed to send this request of type "${request.type}".`
  return errorResponse(request, 'forbidden', message, { details: { reason: 'policy' } })
}
