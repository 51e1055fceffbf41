import { createId, McpError } from '@mcp/protocol'
import type { InteractionResponse } from '@mcp/protocol'

import type { ClientRequest } from '../calls/client-interactions.ts'
import { toInteractionResponse } from '../calls/client-interactions.ts'
import { encodeCall } from '../rpc/rpc-message.ts'
import type { RpcId, RpcOutcome } from '../rpc/rpc-message.ts'

/** Requests that were sent to clients and wait for their responses. */
export interface ClientRequests {
  /**
   * Sends a request to the client of a session and waits for the response. When `signal` is aborted,
   * the client is notified that the response is no longer needed.
   *
   * @throws McpError `rate-limited` if too many requests of the session wait, `cancelled` if the signal is
   * aborted first, `invalid-params` for an invalid response, or `upstream-error` for an error of the client.
   * Throws the reason of the signal if the signal is already aborted.
   */
  send(options: SendOptions): Promise<InteractionResponse>
  /** Handles the response of a client. Returns whether a request of this process waited for the response. */
  respond(sessionId: string, id: RpcId, outcome: RpcOutcome): boolean
}

export interface SendOptions {
  readonly sessionId: string
  readonly request: ClientRequest
  readonly signal: AbortSignal
  /** Sends an encoded message on the stream of the call. */
  readonly write: (message: string) => void
}

interface Waiting {
  readonly sessionId: string
  readonly settle: (outcome: RpcOutcome) => void
}

const maxPerSession = 64

export function createClientRequests(): ClientRequests {
  const waiting = new Map<string, Waiting>()

  function countOf(sessionId: string): number {
    let count = 0
    for (const each of waiting.values()) if (each.sessionId === sessionId) count += 1
    return count
  }

  return {
    async send({ sessionId, request, signal, write }) {
      signal.throwIfAborted()
      if (countOf(sessionId) >= maxPerSession) {
        throw new McpError(
          'rate-limited',
          `${maxPerSession} requests to this client wait for a response. Respond to them first.`,
        )
      }
      const id = createId('ask')
      const { promise, resolve, reject } = Promise.withResolvers<RpcOutcome>()
      const cancel = (): void => {
        write(encodeCall('notifications/cancelled', { requestId: id, reason: 'The call ended.' }))
        reject(new McpError('cancelled', 'The call ended before the client responded.'))
      }
      waiting.set(id, { sessionId, settle: resolve })
      signal.addEventListener('abort', cancel, { once: true })
      try {
        write(encodeCall(request.method, request.params, id))
        return toResponse(request, await promise)
      } finally {
        waiting.delete(id)
        signal.removeEventListener('abort', cancel)
      }
    },
    respond(sessionId, id, outcome) {
      const found = waiting.get(String(id))
      if (found?.sessionId !== sessionId) return false
      found.settle(outcome)
      return true
    },
  }
}

function toResponse(request: ClientRequest, outcome: RpcOutcome): InteractionResponse {
  if (outcome.type === 'result') return toInteractionResponse(request, outcome.result)
  // -1 is the code with which clients report that the user has rejected a sampling request.
  if (outcome.code === -1) return { action: 'decline' }
  throw new McpError(
    'upstream-error',
    `The client failed to respond to ${request.method}: ${outcome.message.slice(0, 500)}`,
    { retryable: false, details: { rpcCode: outcome.code } },
  )
}
