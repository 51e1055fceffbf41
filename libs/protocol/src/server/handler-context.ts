import type * as z from 'zod'

import type { RequestEnvelope } from '../envelopes/envelopes.ts'
import type { InteractionResponse, InteractionRequest } from './interaction.ts'
import type { Schema } from '../contract/operation.ts'

/** How far an operation has come. */
export interface Progress {
  readonly progress: number
  /** What `progress` runs towards, where it is known. */
  readonly total?: number
  readonly message?: string
}

/** What a handler is given besides its params. */
export interface HandlerContext<
  Notifications extends Record<string, Schema> = Record<never, Schema>,
> {
  readonly request: RequestEnvelope
  /** Aborted when the caller cancels, the deadline passes, the session ends, or the server closes. */
  readonly signal: AbortSignal
  /** When the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId: string | undefined
  /** Who asks, where callers are authenticated. */
  readonly principal: string | undefined
  /** Tells the caller how far this has come, where it listens. */
  progress(this: void, progress: Progress): void
  /** Sends one piece of the result early, where the caller listens. */
  chunk(this: void, chunk: unknown): void
  /** Tells clients something: this session's unless `sessionIds` names others or says `all`. */
  notify<Type extends keyof Notifications & string>(
    this: void,
    type: Type,
    data: z.input<Notifications[Type]>,
    options?: NotifyOptions,
  ): void
  /**
   * Asks a person and waits for the answer.
   *
   * @throws McpError `forbidden`, reason `approval-denied`, where nobody answers in time.
   */
  ask(this: void, question: InteractionRequest): Promise<InteractionResponse>
  /** Marks the result as text that came from outside. */
  markUntrusted(this: void): void
}

export interface NotifyOptions {
  /** Default: the session of the request. */
  readonly sessionIds?: readonly string[] | 'all' | undefined
}
