import type { InteractionResponse, InteractionRequest } from '@mcp/protocol'
import { createId, McpError } from '@mcp/protocol'

/** Interactions whose responses arrive over HTTP from another process. */
export interface Interactions {
  /** Emits an interaction with a new id and waits for the response. Rejects if the signal is aborted. */
  request(
    interaction: InteractionRequest,
    options: InteractionOptions,
  ): Promise<InteractionResponse>
  /**
   * Resolves a pending interaction with the user's response, or rejects it with the error of a caller that
   * could not get a response.
   *
   * @throws McpError `not-found` if no interaction with this id is pending.
   */
  respond(interactionId: string, response: InteractionResponse | McpError): void
}

export interface InteractionOptions {
  readonly signal: AbortSignal
  readonly requestId: string
  /** Emits an `interaction-required` event with this data. */
  readonly emit: (data: Readonly<Record<string, unknown>>) => void
}

export function createInteractions(): Interactions {
  const pending = new Map<string, (response: InteractionResponse | McpError) => void>()

  return {
    async request(interaction, { signal, requestId, emit }) {
      signal.throwIfAborted()
      const interactionId = createId('interaction')
      const { promise, resolve, reject } = Promise.withResolvers<InteractionResponse>()
      const stop = (): void => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      pending.set(interactionId, (response) => {
        if (McpError.is(response)) reject(response)
        else resolve(response)
      })
      try {
        emit({ ...interaction, interactionId, requestId })
        return await promise
      } finally {
        signal.removeEventListener('abort', stop)
        pending.delete(interactionId)
      }
    },
    respond(interactionId, response) {
      const settle = pending.get(interactionId)
      if (settle === undefined) {
        throw new McpError(
          'not-found',
          'No pending interaction has this id: it already received a response, or its request has ended.',
        )
      }
      pending.delete(interactionId)
      settle(response)
    },
  }
}
