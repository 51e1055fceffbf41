import type {
  CapabilityServer,
  MaybePromise,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'

import { describeMismatch, errorResponse, isResponseTo } from '../calls/responses.ts'
import { transportFaultOf } from '../calls/transport-fault.ts'
import type { Replica } from '../routing/replica-set.ts'

/**
 * Sends the request to a replica and reports a valid response to the circuit breaker of the replica. If the
 * server throws or returns a value that is not a response, returns an `upstream-error` response, and
 * reports nothing to the circuit breaker.
 */
export function callReplica(
  replica: Replica,
  request: RequestEnvelope,
  context: RequestContext,
  onError: (error: unknown) => void,
): MaybePromise<ResponseEnvelope> {
  try {
    const response: unknown = replica.server.process(request, context)
    return isResponseTo(request, response)
      ? record(replica, response)
      : awaitResponse(replica, request, response, onError)
  } catch (cause) {
    return serverThrew(replica, request, cause, onError)
  }
}

function awaitResponse(
  replica: Replica,
  request: RequestEnvelope,
  returned: unknown,
  onError: (error: unknown) => void,
): Promise<ResponseEnvelope> {
  const fail = (cause: unknown) => serverThrew(replica, request, cause, onError)
  // `then` needs one promise less per call than `async` and `await`.
  return Promise.resolve(returned).then((response) => {
    try {
      if (isResponseTo(request, response)) return record(replica, response)
      const mismatch = describeMismatch(request, response)
      return serverFailed(request, replica.server, `returned ${mismatch}`)
    } catch (cause) {
      return fail(cause)
    }
  }, fail)
}

function record({ breaker }: Replica, response: ResponseEnvelope): ResponseEnvelope {
  if (response.status === 'error' && transportFaultOf(response) !== undefined) breaker.failed()
  else breaker.succeeded()
  return response
}

function serverThrew(
  { server }: Replica,
  request: RequestEnvelope,
  cause: unknown,
  onError: (error: unknown) => void,
): ResponseEnvelope {
  onError(cause)
  return serverFailed(request, server, 'threw an error instead of returning a response', cause)
}

function serverFailed(
  request: RequestEnvelope,
  { name }: CapabilityServer,
  failure: string,
  cause?: unknown,
): ResponseEnvelope {
  const details = { server: name }
  const message = `The server "${name}" ${failure}.`
  return errorResponse(request, 'upstream-error', message, { details, cause })
}
