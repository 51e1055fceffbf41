import { createId, McpError } from '@mcp/protocol'

import type { Caller } from '../sessions/callers.ts'
import { sendRequest } from '../sessions/send-request.ts'
import type { SendOptions } from '../sessions/send-request.ts'
import { streamResponse } from './response-stream.ts'
import { envelopeToResponse, eventStream, withCookie } from './responses.ts'

/** A request to a server. */
export interface OutgoingRequest {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  /** Default: a new id. */
  readonly id?: string | undefined
}

/**
 * Sends a request in the session of the caller. The response is an event stream with progress if the
 * caller accepts one.
 */
export type SendForRequest = (request: Request, outgoing: OutgoingRequest) => Promise<Response>

export interface SendForRequestOptions {
  readonly callerOf: (request: Request) => Caller
  /** Returns the signal that ends the work for a request. */
  readonly signalOf: (request: Request) => AbortSignal
}

export function createSendForRequest({
  callerOf,
  signalOf,
}: SendForRequestOptions): SendForRequest {
  return (request, { type, payload, id = createId('req') }) => {
    const signal = signalOf(request)
    const isStream = acceptsEvents(request)
    const source = request.headers.has('x-mcp-page') ? 'page' : undefined
    return callerOf(request).sessions.use(
      request,
      async (resolved) => {
        const send = (options?: Pick<SendOptions, 'onProgress' | 'onChunk'>) =>
          sendRequest(resolved.session, type, payload, { id, signal, source, ...options })
        if (isStream) {
          const body = streamResponse((emit) =>
            send({
              onProgress: (progress) => emit('progress', { requestId: id, ...progress }),
              onChunk: (chunk) => emit('chunk', { requestId: id, chunk }),
            }),
          )
          return withCookie(eventStream(body), resolved)
        }
        const response = await send()
        if (response.status === 'error' && response.error.code === 'session-not-found') {
          throw McpError.fromBody(response.error)
        }
        return withCookie(envelopeToResponse(response), resolved)
      },
      // A stream that has begun cannot be repeated in a new session.
      { isVerified: isStream },
    )
  }
}

export function acceptsEvents(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/event-stream') ?? false
}
