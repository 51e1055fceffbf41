import type { ReplicaCalls } from '@mcp/concurrency'
import { callerAddress, claimsOf, createEventWriter, eventStreamHeaders } from '@mcp/http'
import type { ByteSink, Heartbeats, RawResponse } from '@mcp/http'
import { isRecord, McpError } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'
import { createMcpHandler } from '@modelcontextprotocol/server'

import type { Call, Caller } from '../calls/caller.ts'
import type { Endpoint, EndpointRequest } from '../endpoint.ts'
import type { Methods } from '../methods/method.ts'
import { refusalOf } from '../http-refusals.ts'
import { rpcErrorResponse, toRpcError, transportCodes } from '../rpc/rpc-error.ts'
import { idOf } from '../rpc/rpc-message.ts'
import { createListenStreams } from './listen-streams.ts'
import type { PrincipalSessions } from './principal-sessions.ts'
import type { RequestScope } from './protocol-server.ts'
import { createProtocolServer } from './protocol-server.ts'
import { createStateSeal } from './sealed-state.ts'
import { toWebRequest } from './web-request.ts'
import { createWaitingCalls } from './waiting-calls.ts'

export interface ModernEndpointOptions {
  readonly sessionManager: SessionMethods
  readonly methods: Methods
  /** Ends all subscriptions of the caller's session at the servers of the caller's view. */
  readonly unsubscribeAll: (caller: Caller, call: Call) => Promise<void>
  readonly serverInfo: { readonly name: string; readonly version: string }
  readonly instructions: (caller: Pick<Caller, 'servers' | 'view'>) => string
  readonly secret: string
  readonly principalSessions: PrincipalSessions
  /** Calls to the other processes that share the sessions, if there can be such processes. */
  readonly replicas: ReplicaCalls | undefined
  /** Maximum time of a call, and of the wait for the client between two of its rounds, in milliseconds. */
  readonly callTimeoutMs: number
  readonly heartbeats: Heartbeats
  readonly clock: Clock
  readonly maxBufferedBytes: number
  readonly onError: (error: unknown) => void
}

/** Maximum number of calls of one principal in one view that wait for the client. */
const maxWaitingPerPrincipal = 64

/** Creates the endpoint for clients since 2026-07-28, which have no sessions. */
export function createModernEndpoint(options: ModernEndpointOptions): Endpoint {
  const { principalSessions, clock, secret, heartbeats, maxBufferedBytes, onError } = options
  const seal = createStateSeal(secret)
  const waitingCalls = createWaitingCalls({
    seal,
    clock,
    replicas: options.replicas,
    maxPerScope: maxWaitingPerPrincipal,
    waitMs: options.callTimeoutMs,
  })
  const listenStreams = createListenStreams({
    ...options,
    isShared: options.replicas !== undefined,
  })
  const scopes = new WeakMap<Request, RequestScope>()
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      const scope = requestInfo === undefined ? undefined : scopes.get(requestInfo)
      if (scope === undefined) throw new McpError('internal', 'The request has no scope.')
      return createProtocolServer(scope, { ...options, waitingCalls, seal })
    },
    { legacy: 'reject', keepAliveMs: 0 },
  )

  function scopeOf(
    { principal, servers, view, request }: EndpointRequest,
    onRefusal: (thrown: unknown) => void,
  ): RequestScope {
    return {
      principal: principal?.id,
      claims: claimsOf(principal),
      address: callerAddress(request.peer),
      servers,
      view,
      instructions: options.instructions({ servers, view }),
      session: () =>
        principalSessions.ensure(principal?.id).catch((thrown: unknown) => {
          onRefusal(thrown)
          throw thrown
        }),
    }
  }

  return {
    async handle(received) {
      const { method, body } = received
      if (method !== 'POST') return methodNotAllowed
      const request = toWebRequest(received)
      let refusal: McpError | undefined
      const scope = scopeOf(received, (thrown) => (refusal = McpError.from(thrown)))
      scopes.set(request, scope)
      const response = await handler.fetch(request, { parsedBody: body })
      const id = idOf(body)
      // Without a session, the method was not called. The standard defines the status of an error of a method,
      // and leaves that of an outage to HTTP. The response of direct calls is the same.
      if (refusal !== undefined) return refusalOf(refusal, id)
      const isListen = isRecord(body) && body['method'] === 'subscriptions/listen'
      if (!isListen || id === null || !response.ok)
        return toRawResponse(response, { clock, heartbeats, maxBufferedBytes })
      try {
        return await listenStreams.open(response, { id, scope })
      } catch (thrown) {
        const error = McpError.from(thrown)
        if (error.code === 'internal') onError(thrown)
        return error.code === 'invalid-params'
          ? rpcErrorResponse(200, toRpcError(error), id)
          : refusalOf(error, id)
      }
    },
    close() {
      waitingCalls.close()
    },
  }
}

type StreamOptions = Pick<ModernEndpointOptions, 'clock' | 'heartbeats' | 'maxBufferedBytes'>

/** Returns the stream of a response of the SDK. It disconnects a reader that is too slow. */
function streamBody(body: ReadableStream<Uint8Array>, options: StreamOptions) {
  return (sink: ByteSink): (() => void) => {
    const reader = body.getReader()
    const writer = createEventWriter(sink, {
      ...options,
      onClose: () => void reader.cancel().catch(() => {}),
    })
    async function pump(): Promise<void> {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return writer.end()
        writer.write(value)
      }
    }
    pump().catch(() => writer.disconnect())
    return writer.disconnect
  }
}

async function toRawResponse(response: Response, options: StreamOptions): Promise<RawResponse> {
  const { status, body } = response
  const type = response.headers.get('content-type') ?? 'application/json'
  if (body !== null && type.startsWith('text/event-stream')) {
    return { status, headers: eventStreamHeaders, stream: streamBody(body, options) }
  }
  const text = await response.text()
  return { status, headers: text === '' ? {} : { 'content-type': type }, body: text }
}

const methodNotAllowed: RawResponse = {
  ...rpcErrorResponse(405, {
    code: transportCodes.badRequest,
    message: 'Method not allowed. Use POST.',
  }),
  headers: { 'content-type': 'application/json', allow: 'POST' },
}
