import type { Clock, InteractionResponse, InteractionRequest, RequestContext } from '@mcp/protocol'
import { interactionTimedOut, McpError } from '@mcp/protocol'

export interface AwaitInteractionOptions {
  readonly clock: Clock
  /** Aborted when the response is no longer needed. */
  readonly signal: AbortSignal
}

/**
 * Sends an interaction to the user and waits for the response. The maximum wait is the `timeoutMs` of
 * the interaction.
 *
 * @throws McpError `unavailable` if the caller does not support interactions, `forbidden` on timeout,
 * or the reason of the signal if the signal is aborted.
 */
export async function awaitInteraction(
  ask: RequestContext['ask'],
  interaction: InteractionRequest,
  { clock, signal }: AwaitInteractionOptions,
): Promise<InteractionResponse> {
  if (ask === undefined) {
    throw new McpError(
      'unavailable',
      'This operation requires the response to an interaction, and this caller cannot receive interactions.',
      { retryable: false, details: { reason: 'no-person' } },
    )
  }
  signal.throwIfAborted()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const { kind, timeoutMs } = interaction
  const cancelTimer =
    timeoutMs === undefined
      ? () => {}
      : clock.after(timeoutMs, () => reject(interactionTimedOut(kind)))
  try {
    return await Promise.race([ask(interaction), stopped])
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', stop)
  }
}
