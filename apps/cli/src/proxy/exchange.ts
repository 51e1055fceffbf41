import type { Logger } from '@mcp/node'
import { McpError } from '@mcp/protocol'

import type { Endpoint, EndpointResponse } from './endpoint.ts'
import type { Envelope, RpcMessage } from './envelope.ts'
import { isInitialize, isInitialized, statedVersion } from './envelope.ts'
import type { LegacySession } from './legacy-session.ts'
import type { PendingRequest, PendingRequests } from './pending-requests.ts'
import type { StreamCursor } from './read-messages.ts'
import { newCursor, readMessages } from './read-messages.ts'
import { refusalError } from './refusal.ts'
import type { RpcError } from './rpc-error.ts'
import { toRpcError } from './rpc-error.ts'
import { standardHeaders } from './standard-headers.ts'
import type { ToolHeaders } from './tool-headers.ts'

export interface ExchangeOptions {
  readonly endpoint: Endpoint
  readonly session: LegacySession
  readonly pending: PendingRequests
  readonly toolHeaders: ToolHeaders
  readonly log: Logger
  /** Receives each message of the responses. */
  readonly onMessage: (text: string) => Promise<void>
  /**
   * Called for each request at the end of its exchange. The receiver ignores requests that have their response.
   */
  readonly onFailure: (request: PendingRequest, error: RpcError) => void
  /** Aborted when the proxy ends. */
  readonly signal: AbortSignal
}

/** Sends a message of the client to the endpoint and reads the response. Never rejects. */
export type Exchange = (
  line: string,
  envelope: Envelope,
  requests: readonly PendingRequest[],
) => Promise<void>

/** Maximum number of attempts to resume the stream of one call. */
const maxResumes = 5

export function createExchange(options: ExchangeOptions): Exchange {
  const { endpoint, session, pending, toolHeaders, log, onMessage, onFailure, signal } = options

  /** Posts a message. If the session has ended, opens a new one and posts the message again. */
  async function post(
    line: string,
    envelope: Envelope,
    abort: AbortSignal,
  ): Promise<EndpointResponse> {
    const [message] = envelope.messages
    const version = message && statedVersion(message)
    const send = (): Promise<EndpointResponse> => {
      const headers = { 'content-type': 'application/json', ...headersOf(message, version) }
      return endpoint.send({ method: 'POST', headers, body: line, signal: abort })
    }
    const { id } = session
    const response = await send()
    const isEnded = response.status === 404 && id !== undefined && version === undefined
    if (!isEnded || isInitialize(envelope)) return response
    await response.discard()
    await session.renew(id)
    return send()
  }

  function headersOf(
    message: RpcMessage | undefined,
    version: string | undefined,
  ): Record<string, string> {
    if (message?.type !== 'request' || version === undefined) return session.headers()
    const accept = 'application/json, text/event-stream'
    return { accept, ...standardHeaders(message, version), ...toolHeaders.of(message) }
  }

  /**
   * Continues the stream of a call until its response. Only clients up to 2025-11-25, which have no `version`,
   * have sessions, and only sessions have events to continue from.
   */
  async function resume(
    requests: readonly PendingRequest[],
    cursor: StreamCursor,
    abort: AbortSignal,
  ): Promise<void> {
    for (let attempt = 0; attempt < maxResumes; attempt++) {
      const isWaiting = requests.some((each) => pending.has(each) && each.version === undefined)
      if (cursor.lastEventId === undefined || abort.aborted || !isWaiting) return
      const isResumed = await session.resume(cursor, abort).catch(() => true)
      if (!isResumed) return
    }
  }

  return async (line, envelope, requests) => {
    // A single request ends with its own signal, which the end of the proxy also aborts. A batch ends only with
    // the proxy. `AbortSignal.any` of both signals would take a fifth of the time of a call.
    const abort = (envelope.isBatch ? undefined : requests[0]?.signal) ?? signal
    const cursor = newCursor()
    let failure = toRpcError(connectionEnded(endpoint.name))
    try {
      const response = await post(line, envelope, abort)
      if (response.status >= 300) {
        failure = await refusalError(response, endpoint.name)
        if (requests.length === 0) logRefusal(log, envelope, failure)
      } else {
        if (isInitialize(envelope)) session.begin(line, response)
        if (isInitialized(envelope)) session.listen()
        await readMessages(response, cursor, onMessage)
      }
    } catch (error) {
      failure = toRpcError(error)
      if (requests.length === 0 && !abort.aborted) logRefusal(log, envelope, failure)
    }
    await resume(requests, cursor, abort)
    for (const request of requests) onFailure(request, failure)
  }
}

function logRefusal(log: Logger, { messages: [message] }: Envelope, error: RpcError): void {
  const method = message?.type === 'notification' ? message.method : 'response'
  log.warn('The endpoint did not accept a message of the client', { method, error: error.message })
}

function connectionEnded(name: string): McpError {
  return new McpError(
    'upstream-error',
    `The connection to ${name} ended without a response. The request may have been executed: check its effect before you repeat it.`,
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}
