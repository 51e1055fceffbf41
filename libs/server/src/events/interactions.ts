import type { InteractionResponse, InteractionRequest } from '@mcp/protocol'
import { createId, McpError } from '@mcp/protocol'

/** The questions that wait for a person beyond this process. */
export interface Interactions {
  /** Tells the question under a fresh id, and waits for its answer until the signal is aborted. */
  request(question: InteractionRequest, options: InteractionOptions): Promise<InteractionResponse>
  /** @throws McpError `not-found` where no such question waits. */
  respond(interactionId: string, answer: InteractionResponse): void
}

export interface InteractionOptions {
  readonly signal: AbortSignal
  readonly requestId: string
  /** Sends the data of an `interaction-required` event. */
  readonly tell: (data: Readonly<Record<string, unknown>>) => void
}

/** The open questions of one server. */
export function createInteractions(): Interactions {
  const waiting = new Map<string, (answer: InteractionResponse) => void>()

  return {
    async request(question, { signal, requestId, tell }) {
      signal.throwIfAborted()
      const interactionId = createId('interaction')
      const { promise, resolve, reject } = Promise.withResolvers<InteractionResponse>()
      const stop = (): void => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      waiting.set(interactionId, resolve)
      try {
        const { kind, message, schema, timeoutMs } = question
        tell({ interactionId, kind, message, schema, requestId, timeoutMs })
        return await promise
      } finally {
        signal.removeEventListener('abort', stop)
        waiting.delete(interactionId)
      }
    },
    respond(interactionId, answer) {
      const resolve = waiting.get(interactionId)
      if (resolve === undefined) {
        throw new McpError(
          'not-found',
          'No such question waits for an answer: it was answered, or its request ended.',
        )
      }
      waiting.delete(interactionId)
      resolve(answer)
    },
  }
}
