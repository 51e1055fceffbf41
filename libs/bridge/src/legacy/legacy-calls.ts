import type { Heartbeats, RawResponse } from '@mcp/http'
import { createId, isRecord, McpError } from '@mcp/protocol'
import type { Clock, MaybePromise } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { ClientRequest } from '../calls/client-interactions.ts'
import {
  unsupportedInteraction,
  missingCapability,
  toClientRequest,
} from '../calls/client-interactions.ts'
import type { Methods } from '../methods/method.ts'
import { encodeError, methodNotFound, toRpcError } from '../rpc/rpc-error.ts'
import type { RpcMessage, RpcParams, RpcRequest } from '../rpc/rpc-message.ts'
import { encodeCall, encodeResult, isRpcId } from '../rpc/rpc-message.ts'
import type { CallResponse } from './call-response.ts'
import { createCallResponse } from './call-response.ts'
import type { CallStream } from './call-stream.ts'
import { createCallStream } from './call-stream.ts'
import type { CallStreams } from './call-streams.ts'
import type { ClientRequests } from './client-requests.ts'
import type { LegacySession } from './legacy-session.ts'
import { readLogLevel, supportsPriming } from './legacy-session.ts'
import type { SessionReplicas } from './session-replicas.ts'

/** The form of the response to a POST. */
export interface ResponseForm {
  readonly isBatch: boolean
  /** Whether the client prefers an event stream to a JSON body. */
  readonly prefersStream: boolean
}

/** The calls of clients with sessions. */
export interface LegacyCalls {
  /** Runs the requests of one POST. A batch has an array as its response. */
  run(
    requests: readonly RpcRequest[],
    session: LegacySession,
    caller: Caller,
    form: ResponseForm,
  ): Promise<RawResponse>
  /**
   * Handles a response of a client, or the notification that cancels a call. Ignores other messages.
   *
   * @throws McpError `unavailable` if the message must be passed on to the other processes and cannot be sent.
   */
  receive(message: RpcMessage, session: LegacySession): MaybePromise<void>
}

export interface LegacyCallsOptions {
  readonly methods: Methods
  readonly callStreams: CallStreams
  readonly clientRequests: ClientRequests
  /** Calls to the other processes that serve the sessions, if there can be such processes. */
  readonly replicas: Pick<SessionReplicas, 'respond' | 'cancel' | 'setLogLevel'> | undefined
  readonly heartbeats: Heartbeats
  readonly clock: Clock
  readonly maxBufferedBytes: number
  readonly onError: (error: unknown) => void
}

interface RunningCall {
  readonly request: RpcRequest
  readonly controller: AbortController
  hasAsked: boolean
  /** Number of interactions without a response of the client. */
  waiting: number
}

const noMeta: Call['meta'] = {}

export function createLegacyCalls(options: LegacyCallsOptions): LegacyCalls {
  const { methods, callStreams, clientRequests, replicas, clock } = options
  const { heartbeats, maxBufferedBytes, onError } = options

  /** Runs a request and returns the encoded response. Never throws. */
  async function runOne(
    running: RunningCall,
    session: LegacySession,
    caller: Caller,
    response: CallResponse,
  ): Promise<string> {
    const { request, controller } = running
    const { id, method, params } = request
    session.calls.set(id, controller)
    try {
      if (method === 'logging/setLevel') {
        session.logLevel = readLogLevel(params)
        await replicas?.setLogLevel(session.id, session.logLevel)
        return encodeResult(id, {})
      }
      const call = createCall(running, session, caller, response, clientRequests)
      return encodeResult(id, await callMethod(methods, method, params, caller, call))
    } catch (thrown) {
      if (McpError.from(thrown).code === 'internal') onError(thrown)
      return encodeError(id, toRpcError(thrown))
    } finally {
      session.calls.delete(id)
      // Cancels the interactions without a response.
      if (running.hasAsked) controller.abort()
    }
  }

  function openStream(running: readonly RunningCall[], session: LegacySession): CallStream {
    const stream = createCallStream({
      requestIds: running.map(({ request }) => request.id),
      clock,
      heartbeats,
      maxBufferedBytes,
      headers: { 'mcp-session-id': session.id },
      isPrimed: supportsPriming(session),
      onDelivered: (id) => callStreams.remove(id),
      onAbandoned: () => cancelWaiting(running),
    })
    callStreams.add(session.id, stream)
    return stream
  }

  return {
    run(requests, session, caller, { isBatch, prefersStream }) {
      const running = requests.map(toRunningCall)
      const response = createCallResponse({
        clock,
        headers: { 'mcp-session-id': session.id },
        isPreferred: prefersStream,
        openStream: () => openStream(running, session),
        onStreamEnded: ({ id }) => callStreams.ended(id),
      })
      async function runAll(): Promise<void> {
        const [first] = running
        if (!isBatch && first !== undefined) {
          return response.end(await runOne(first, session, caller, response))
        }
        const all = running.map((each) => runOne(each, session, caller, response))
        response.end(`[${(await Promise.all(all)).join(',')}]`)
      }
      runAll().catch(onError)
      return response.response
    },
    receive(message, session) {
      if (message.type === 'response') {
        const { id, outcome } = message
        if (clientRequests.respond(session.id, id, outcome)) return undefined
        return replicas?.respond(session.id, id, outcome)
      }
      if (message.type !== 'notification') return undefined
      const { requestId } = message.params
      if (message.method !== 'notifications/cancelled' || !isRpcId(requestId)) return undefined
      const call = session.calls.get(requestId)
      if (call === undefined) return replicas?.cancel(session.id, requestId)
      call.abort()
    },
  }
}

function toRunningCall(request: RpcRequest): RunningCall {
  return { request, controller: new AbortController(), hasAsked: false, waiting: 0 }
}

function createCall(
  running: RunningCall,
  { id: sessionId }: LegacySession,
  { client }: Caller,
  response: CallResponse,
  clientRequests: ClientRequests,
): Call {
  const { _meta: meta } = running.request.params
  const { signal } = running.controller
  const write = (text: string): void => response.send(text)
  return {
    signal,
    meta: isRecord(meta) ? meta : noMeta,
    notify: (method, notified) => write(encodeCall(method, notified)),
    async ask(interaction) {
      const request = toClientRequest(interaction)
      const missing = missingCapability(request, client)
      if (missing !== undefined) throw unsupportedInteraction(request, missing)
      running.hasAsked = true
      running.waiting += 1
      try {
        const asked = withElicitationId(request)
        return await clientRequests.send({ sessionId, request: asked, signal, write })
      } finally {
        running.waiting -= 1
      }
    },
  }
}

/** Cancels the calls that wait for a client that has disconnected. The other calls complete without it. */
function cancelWaiting(running: readonly RunningCall[]): void {
  for (const { controller, waiting } of running) if (waiting > 0) controller.abort()
}

/** Adds `elicitationId` to the request to open a URL. Only versions before 2026-07-28 have this id. */
function withElicitationId({ method, params }: ClientRequest): ClientRequest {
  if (params['mode'] !== 'url') return { method, params }
  return { method, params: { ...params, elicitationId: createId('elicitation') } }
}

function callMethod(
  methods: Methods,
  method: string,
  params: RpcParams,
  caller: Caller,
  call: Call,
): unknown {
  if (method === 'ping') return {}
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (found === undefined) throw methodNotFound(method)
  return found(caller, params, call)
}
