import type { MaybePromise, RequestContext, RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'

import type { Call } from '../calls/call.ts'
import { errorResponse } from '../calls/responses.ts'
import { transportFaultOf } from '../calls/transport-fault.ts'
import type { Registry } from '../routing/registry.ts'
import type { Replica, ReplicaSet } from '../routing/replica-set.ts'
import { callReplica } from './call-replica.ts'
import type { Handler } from './stage.ts'

/** Returns the last handler of the pipeline, which sends the request to its server once. */
export function callServer(registry: Registry, onError: (error: unknown) => void): Handler {
  return (request, context, call, { server }) => {
    if (server === undefined) throw registry.explain(request)
    return callReplicas(server, request, context, call, onError)
  }
}

/** Sends the request to a replica. If the request could not be sent, tries the next replica. */
export function callReplicas(
  set: ReplicaSet,
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
  onError: (error: unknown) => void,
): MaybePromise<ResponseEnvelope> {
  const [first] = set.replicas
  // If there is one replica and its breaker is closed, this shortcut saves a promise.
  return first !== undefined && set.replicas.length === 1 && first.breaker.isClosed
    ? callReplica(first, request, context, onError)
    : chooseReplica(set.order(context.sessionId), request, context, call, onError)
}

async function chooseReplica(
  replicas: readonly Replica[],
  request: RequestEnvelope,
  context: RequestContext,
  call: Call,
  onError: (error: unknown) => void,
): Promise<ResponseEnvelope> {
  let response: ResponseEnvelope | undefined
  for (const replica of replicas) {
    if (!replica.breaker.isClosed && hasHealthySibling(replicas, replica)) continue
    const admission = replica.breaker.admit(call)
    if (admission !== true && !(await admission)) continue
    response = await callReplica(replica, request, context, onError)
    // The next replica is tried only if nothing was sent. A retry is then safe for every operation.
    if (call.isEnded || transportFaultOf(response) !== 'not-sent') return response
  }
  return response ?? noReplicaAvailable(request, replicas)
}

function hasHealthySibling(replicas: readonly Replica[], replica: Replica): boolean {
  return replicas.some((other) => other !== replica && other.breaker.isClosed)
}

function noReplicaAvailable(
  request: RequestEnvelope,
  [first]: readonly Replica[],
): ResponseEnvelope {
  const name = first?.server.name ?? 'unknown'
  const message = `The server "${name}" cannot be reached. It is probed again within 250 ms.`
  const details = { server: name, retryAfterMs: 250 }
  return errorResponse(request, 'unavailable', message, { details })
}
