import type { ReplicaCalls } from '@mcp/concurrency'
import { callerAddress, claimsOf } from '@mcp/http'
import type { Heartbeats, RawRequest, RawResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import type { Caller } from '../calls/caller.ts'
import { capabilitiesOf } from '../calls/capabilities.ts'
import type { Endpoint, EndpointRequest } from '../endpoint.ts'
import { createChangeEncoding } from '../events/change-encoding.ts'
import type { Methods } from '../methods/method.ts'
import { rpcErrorResponse, transportCodes } from '../rpc/rpc-error.ts'
import type { RpcMessage, RpcRequest } from '../rpc/rpc-message.ts'
import { encodeResult, idOf, readMessage } from '../rpc/rpc-message.ts'
import { createCallStreams } from './call-streams.ts'
import { createClientRequests } from './client-requests.ts'
import { openGetStream } from './get-stream.ts'
import type { LegacyCalls } from './legacy-calls.ts'
import { createLegacyCalls } from './legacy-calls.ts'
import type { LegacySession } from './legacy-session.ts'
import { createLegacySessions, legacyVersions, supportsPriming } from './legacy-session.ts'
import { createSessionReplicas } from './session-replicas.ts'

export interface LegacyEndpointOptions {
  readonly sessionManager: SessionMethods
  readonly methods: Methods
  readonly serverInfo: Readonly<Record<string, unknown>>
  readonly instructions: (caller: Pick<Caller, 'servers' | 'view'>) => string
  /** Calls to the other processes that share the sessions, if there can be such processes. */
  readonly replicas: ReplicaCalls | undefined
  readonly heartbeats: Heartbeats
  readonly clock: Clock
  readonly maxBufferedBytes: number
  readonly onError: (error: unknown) => void
}

/** Maximum number of messages in a batch. Only version 2025-03-26 of the standard has batches. */
const maxBatch = 100

/** Creates the endpoint for clients before 2026-07-28, which have sessions. */
export function createLegacyEndpoint(options: LegacyEndpointOptions): Endpoint {
  const { sessionManager } = options
  const sessions = createLegacySessions({
    ...options,
    onRestored: ({ id }) => replicas?.requestLogLevel(id),
  })
  const callStreams = createCallStreams(options)
  const clientRequests = createClientRequests()
  const shared = { ...options, sessions, callStreams, clientRequests }
  const replicas = options.replicas && createSessionReplicas({ ...shared, calls: options.replicas })
  const calls = createLegacyCalls({ ...shared, replicas })

  async function findSession({ request, principal, view, body }: EndpointRequest) {
    const id = request.header('mcp-session-id')
    if (id === undefined) return missingSession(body)
    const version = request.header('mcp-protocol-version')
    if (version !== undefined && !legacyVersions.includes(version))
      return unsupported(version, body)
    try {
      return await sessions.find(id, principal?.id, view.name)
    } catch (thrown) {
      if (!McpError.is(thrown) || thrown.code !== 'session-not-found') throw thrown
      const message = `${thrown.message} Send initialize to open a new one.`
      return rpcErrorResponse(404, { code: transportCodes.sessionNotFound, message }, idOf(body))
    }
  }

  function callerOf(session: LegacySession, received: EndpointRequest): Caller {
    const { view, servers, request } = received
    const { id, principal, capabilities, info, logLevel } = session
    const client = { capabilities, logLevel, info }
    const claims = claimsOf(received.principal)
    const caller = { sessionId: id, principal, claims, address: callerAddress(request.peer) }
    return { ...caller, client, servers, view, isLegacy: true }
  }

  async function initialize(message: RpcRequest, received: EndpointRequest): Promise<RawResponse> {
    const { principal, view, servers } = received
    const session = await sessions.open(message.params, principal?.id, view.name)
    const result = {
      protocolVersion: session.version,
      capabilities: capabilitiesOf({ servers, view }),
      serverInfo: options.serverInfo,
      instructions: options.instructions({ servers, view }),
    }
    const headers = { 'content-type': 'application/json', 'mcp-session-id': session.id }
    return { status: 200, headers, body: encodeResult(message.id, result) }
  }

  async function post(received: EndpointRequest): Promise<RawResponse> {
    const { request, body } = received
    const notAcceptable = refuseAccept(received, ['application/json', 'text/event-stream'])
    if (notAcceptable !== undefined) return notAcceptable
    const messages = readMessages(body)
    if ('status' in messages) return messages
    const [first] = messages
    if (first?.type === 'request' && first.method === 'initialize') {
      if (messages.length > 1) {
        return invalidRequest('Invalid Request: initialize must be the only message of a batch.')
      }
      if (request.header('mcp-session-id') !== undefined) {
        return invalidRequest('Invalid Request: the session is already initialized.', first.id)
      }
      return initialize(first, received)
    }
    const session = await findSession(received)
    if ('status' in session) return session
    const requests = messages.filter((message) => message.type === 'request')
    if (requests.length < messages.length) await receiveAll(calls, messages, session)
    if (requests.length === 0) return { status: 202, headers: {}, body: '' }
    const form = { isBatch: Array.isArray(body), prefersStream: prefersStream(request) }
    return calls.run(requests, session, callerOf(session, received), form)
  }

  return {
    async handle(received) {
      const { request, method } = received
      if (method === 'POST') return post(received)
      if (method === 'GET') {
        const notAcceptable = refuseAccept(received, ['text/event-stream'])
        if (notAcceptable !== undefined) return notAcceptable
      }
      const session = await findSession(received)
      if ('status' in session) return session
      if (method === 'DELETE') {
        session.endStream?.()
        await sessions.close(session)
        return { status: 200, headers: {}, body: '' }
      }
      const encoding = createChangeEncoding(supportsPriming(session))
      return openGetStream({ sessionManager, session, callStreams, replicas, encoding, request })
    },
    close: () => sessions.endStreams(),
  }
}

async function receiveAll(
  calls: Pick<LegacyCalls, 'receive'>,
  messages: readonly RpcMessage[],
  session: LegacySession,
): Promise<void> {
  for (const message of messages) await calls.receive(message, session)
}

/** Reads the messages of a body. Returns the response with an error if the body or a message is invalid. */
function readMessages(body: unknown): RpcMessage[] | RawResponse {
  if (Array.isArray(body) && (body.length === 0 || body.length > maxBatch)) {
    return invalidRequest(`Invalid Request: a batch has 1 to ${maxBatch} messages.`)
  }
  const messages: RpcMessage[] = []
  for (const value of Array.isArray(body) ? body : [body]) {
    const message = readMessage(value)
    if (message === undefined) {
      const [first] = Array.isArray(body) ? body : [body]
      return invalidRequest('Invalid Request: not a JSON-RPC 2.0 message.', idOf(first))
    }
    messages.push(message)
  }
  return messages
}

function missingSession(body: unknown): RawResponse {
  const message =
    'Bad Request: Mcp-Session-Id header is required. Send initialize to open a session.'
  return rpcErrorResponse(400, { code: transportCodes.badRequest, message }, idOf(body))
}

function unsupported(version: string, body: unknown): RawResponse {
  const message = `Bad Request: Unsupported protocol version: ${version.slice(0, 64)} (supported versions: ${legacyVersions.join(', ')})`
  return rpcErrorResponse(400, { code: transportCodes.badRequest, message }, idOf(body))
}

function invalidRequest(message: string, id: ReturnType<typeof idOf> = null): RawResponse {
  return rpcErrorResponse(400, { code: transportCodes.invalidRequest, message }, id)
}

/** Returns whether the `Accept` header names event streams before JSON. */
function prefersStream(request: Pick<RawRequest, 'header'>): boolean {
  const accept = request.header('accept') ?? ''
  const stream = accept.indexOf('text/event-stream')
  const json = accept.indexOf('application/json')
  return stream !== -1 && json !== -1 && stream < json
}

function refuseAccept(
  { request, body }: Pick<EndpointRequest, 'request' | 'body'>,
  types: readonly string[],
): RawResponse | undefined {
  const accept = request.header('accept') ?? ''
  if (accept.includes('*/*') || types.every((type) => accept.includes(type))) return undefined
  const message = `Not Acceptable: Client must accept ${types.join(' and ')}`
  return rpcErrorResponse(406, { code: transportCodes.badRequest, message }, idOf(body))
}
