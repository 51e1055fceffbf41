import type { Heartbeats, RawResponse } from '@mcp/http'
import { createId, isRecord, McpError } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { ClientRequest } from '../calls/questions.ts'
import { cannotAsk, missingCapability, toClientRequest } from '../calls/questions.ts'
import type { Methods } from '../methods/method.ts'
import { encodeError, methodNotFound, toRpcError } from '../rpc/rpc-error.ts'
import type { RpcMessage, RpcParams, RpcRequest } from '../rpc/rpc-message.ts'
import { encodeCall, encodeResult } from '../rpc/rpc-message.ts'
import type { CallStream } from './call-stream.ts'
import { createCallStream } from './call-stream.ts'
import type { CallStreams } from './call-streams.ts'
import { createClientRequests } from './client-requests.ts'
import type { LegacySession } from './legacy-session.ts'
import { readLogLevel, supportsPriming } from './legacy-session.ts'

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
  /** Handles a notification or a response of a client. Ignores requests. */
  receive(message: RpcMessage, session: LegacySession): void
}

export interface LegacyCallsOptions {
  readonly methods: Methods
  readonly callStreams: CallStreams
  readonly heartbeats: Heartbeats
  readonly clock: Clock
  readonly maxBufferedBytes: number
  readonly onError: (error: unknown) => void
}

export function createLegacyCalls(options: LegacyCallsOptions): LegacyCalls {
  const { methods, callStreams, clock, heartbeats, maxBufferedBytes, onError } = options
  const clientRequests = createClientRequests()

  function callOf(
    { params }: RpcRequest,
    session: LegacySession,
    { client }: Caller,
    stream: CallStream,
    { signal, onAsk }: { signal: AbortSignal; onAsk: () => void },
  ): Call {
    const { _meta: meta } = params
    return {
      signal,
      meta: isRecord(meta) ? meta : {},
      notify: (method, notified) => stream.send(encodeCall(method, notified)),
      async ask(question) {
        const request = toClientRequest(question)
        const missing = missingCapability(request, client)
        if (missing !== undefined) throw cannotAsk(request, missing)
        const write = (text: string): void => stream.send(text)
        onAsk()
        return clientRequests.send({
          sessionId: session.id,
          request: withElicitationId(request),
          signal,
          write,
        })
      },
    }
  }

  /** Runs a request and returns the encoded response. Never throws. */
  async function runOne(
    request: RpcRequest,
    session: LegacySession,
    caller: Caller,
    stream: CallStream,
  ): Promise<string> {
    const { id, method, params } = request
    const controller = new AbortController()
    const { signal } = controller
    let hasAsked = false
    const onAsk = (): void => {
      hasAsked = true
    }
    session.calls.set(id, controller)
    try {
      const call = callOf(request, session, caller, stream, { signal, onAsk })
      return encodeResult(id, await callMethod(methods, method, params, session, caller, call))
    } catch (thrown) {
      if (McpError.from(thrown).code === 'internal') onError(thrown)
      return encodeError(id, toRpcError(thrown))
    } finally {
      session.calls.delete(id)
      // Cancels the questions without a response.
      if (hasAsked) controller.abort()
    }
  }

  return {
    run(requests, session, caller, { isBatch, prefersStream }) {
      const stream = createCallStream({
        requestIds: requests.map(({ id }) => id),
        clock,
        heartbeats,
        maxBufferedBytes,
        headers: { 'mcp-session-id': session.id },
        isPreferred: prefersStream,
        isPrimed: supportsPriming(session),
        onDelivered: (id) => callStreams.remove(id),
      })
      callStreams.add(session.id, stream)
      async function runAll(): Promise<void> {
        const running = requests.map((request) => runOne(request, session, caller, stream))
        const responses = await Promise.all(running)
        stream.end(isBatch ? `[${responses.join(',')}]` : responses.join())
        callStreams.ended(stream.id)
      }
      runAll().catch(onError)
      return stream.response
    },
    receive(message, session) {
      if (message.type === 'response') {
        clientRequests.respond(session.id, message.id, message.outcome)
      } else if (message.type === 'notification' && message.method === 'notifications/cancelled') {
        const { requestId } = message.params
        if (typeof requestId === 'string' || typeof requestId === 'number') {
          session.calls.get(requestId)?.abort()
        }
      }
    },
  }
}

/** Adds the id that a URL to open has only in versions before 2026-07-28. */
function withElicitationId({ method, params }: ClientRequest): ClientRequest {
  if (params['mode'] !== 'url') return { method, params }
  return { method, params: { ...params, elicitationId: createId('elicitation') } }
}

function callMethod(
  methods: Methods,
  method: string,
  params: RpcParams,
  session: LegacySession,
  caller: Caller,
  call: Call,
): unknown {
  if (method === 'ping') return {}
  if (method === 'logging/setLevel') {
    session.logLevel = readLogLevel(params)
    return {}
  }
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (found === undefined) throw methodNotFound(method)
  return found(caller, params, call)
}
