import type {
  CapabilityServer,
  Clock,
  MaybePromise,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import { complaintAbout, isAnswerTo, refuse } from '../calls/responses.ts'
import type { Call } from '../calls/call.ts'
import type { BreakerOptions, CircuitBreaker } from '../pipeline/circuit-breaker.ts'
import { createCircuitBreaker } from '../pipeline/circuit-breaker.ts'
import { rendezvousOrder } from './rendezvous.ts'
import { transportFaultOf } from '../calls/transport-fault.ts'

/** A server that is several: the dispatcher chooses among its replicas by itself. */
export interface ReplicatedServer extends CapabilityServer {
  readonly replicas: readonly CapabilityServer[]
}

/** One process that serves what its siblings serve too. */
export interface Replica {
  /** Stays the same when siblings come and go. */
  readonly key: string
  readonly server: CapabilityServer
  readonly breaker: CircuitBreaker
}

/** The replicas of one server, and the choice among them. */
export interface ReplicaSet {
  readonly replicas: readonly Replica[]
  /** One attempt. Comes to an answer whatever the server does, if it does anything. */
  process(
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): MaybePromise<ResponseEnvelope>
}

export interface ReplicaSetOptions {
  readonly clock: Clock
  readonly breaker?: BreakerOptions | undefined
  readonly onError: (error: unknown) => void
}

/** The replicas behind what was handed to the dispatcher: one server, several, or one that is several. */
export function replicasOf(
  servers: CapabilityServer | readonly CapabilityServer[],
): readonly CapabilityServer[] {
  const list = 'process' in servers ? [servers] : servers
  return list.flatMap((server) => (isReplicated(server) ? server.replicas : [server]))
}

function isReplicated(server: CapabilityServer): server is ReplicatedServer {
  return 'replicas' in server && Array.isArray(server.replicas)
}

export function createReplicaSet(
  servers: readonly CapabilityServer[],
  { clock, breaker, onError }: ReplicaSetOptions,
): ReplicaSet {
  const replicas = servers.map((server, index) => ({
    key: 'url' in server && typeof server.url === 'string' ? server.url : String(index),
    server,
    breaker: createCircuitBreaker(clock, breaker),
  }))
  let turn = 0

  function inOrder(sessionId: string | undefined): readonly Replica[] {
    if (replicas.length === 1) return replicas
    if (sessionId !== undefined) return rendezvousOrder(sessionId, replicas)
    const start = turn++ % replicas.length
    return [...replicas.slice(start), ...replicas.slice(0, start)]
  }

  function ask(
    replica: Replica,
    request: RequestEnvelope,
    context: RequestContext,
  ): MaybePromise<ResponseEnvelope> {
    let answering: unknown
    try {
      answering = replica.server.process(request, context)
    } catch (cause) {
      return failed(replica, request, cause)
    }
    return isThenable(answering)
      ? waitFor(replica, request, answering)
      : check(replica, request, answering)
  }

  async function waitFor(
    replica: Replica,
    request: RequestEnvelope,
    answering: PromiseLike<unknown>,
  ): Promise<ResponseEnvelope> {
    let answer: unknown
    try {
      answer = await answering
    } catch (cause) {
      return failed(replica, request, cause)
    }
    return check(replica, request, answer)
  }

  function failed({ server }: Replica, request: RequestEnvelope, cause: unknown): ResponseEnvelope {
    onError(cause)
    return brokenPromise(request, server, 'failed instead of answering', cause)
  }

  function check(
    { server, breaker }: Replica,
    request: RequestEnvelope,
    answer: unknown,
  ): ResponseEnvelope {
    if (!isAnswerTo(request, answer)) {
      return brokenPromise(request, server, `answered with ${complaintAbout(request, answer)}`)
    }
    if (answer.status === 'error' && transportFaultOf(answer) !== undefined) breaker.failed()
    else breaker.succeeded()
    return answer
  }

  async function choose(
    request: RequestEnvelope,
    context: RequestContext,
    call: Call,
  ): Promise<ResponseEnvelope> {
    const order = inOrder(context.sessionId)
    let answer: ResponseEnvelope | undefined
    for (const replica of order) {
      if (!replica.breaker.isClosed && hasSibling(order, replica)) continue
      const admitted = replica.breaker.admit(call)
      if (admitted !== true && !(await admitted)) continue
      answer = await ask(replica, request, context)
      // Nothing was sent, so the next replica may be asked whatever the operation does.
      if (call.isEnded || transportFaultOf(answer) !== 'not-sent') return answer
    }
    return answer ?? nobodyThere(request, order)
  }

  return {
    replicas,
    process(request, context, call) {
      const [first] = replicas
      // One replica whose connection is fine needs no choice, and no further promise.
      return first !== undefined && replicas.length === 1 && first.breaker.isClosed
        ? ask(first, request, context)
        : choose(request, context, call)
    },
  }
}

function hasSibling(order: readonly Replica[], replica: Replica): boolean {
  return order.some((other) => other !== replica && other.breaker.isClosed)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isRecord(value) && typeof value['then'] === 'function'
}

function brokenPromise(
  request: RequestEnvelope,
  { name }: CapabilityServer,
  what: string,
  cause?: unknown,
): ResponseEnvelope {
  const details = { server: name }
  return refuse(request, 'upstream-error', `The server "${name}" ${what}.`, { details, cause })
}

function nobodyThere(request: RequestEnvelope, order: readonly Replica[]): ResponseEnvelope {
  const name = order[0]?.server.name ?? 'unknown'
  const message = `The server "${name}" cannot be reached; it is tried again within 250 ms.`
  return refuse(request, 'unavailable', message, { details: { server: name, retryAfterMs: 250 } })
}
