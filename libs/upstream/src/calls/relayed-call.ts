import type { InteractionRequest, InteractionResponse } from '@mcp/protocol'

/** A call in flight, with the functions that relay interactions and log messages of its upstream server. */
export interface RelayedCall {
  readonly sessionId: string | undefined
  /** Sends an interaction to the caller. This is undefined if the caller cannot receive interactions. */
  readonly ask: ((question: InteractionRequest) => Promise<InteractionResponse>) | undefined
  /** Sends a log message to the caller, unless it is below the level of the caller. */
  log(params: Readonly<Record<string, unknown>>): void
}
