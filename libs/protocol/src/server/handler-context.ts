import type * as z from 'zod'

import type { RequestEnvelope } from '../envelopes/envelopes.ts'
import type { InteractionResponse, TypedInteraction } from './interaction.ts'
import type { Schema } from '../contract/operation.ts'

/** Progress of an operation. */
export interface Progress {
  readonly progress: number
  /** Value of `progress` at the end, if known. */
  readonly total?: number
  readonly message?: string
}

/** The context of a request, which every handler receives as its second argument. */
export interface HandlerContext<
  Notifications extends Record<string, Schema> = Record<never, Schema>,
  Chunk = unknown,
> {
  readonly request: RequestEnvelope
  /** Aborted when the caller cancels, the deadline passes, the session ends, or the server closes. */
  readonly signal: AbortSignal
  /** Time at which the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId: string | undefined
  /** Identity of the caller, if callers are authenticated. */
  readonly principal: string | undefined
  /** Key that identifies the caller for limits per caller. See `callerKeyOf`. */
  readonly callerKey: string
  /** Reports progress to the caller, if it receives events. */
  progress(this: void, progress: Progress): void
  /** Sends one chunk of the result to the caller, if it receives events. */
  chunk(this: void, chunk: Chunk): void
  /** Emits a notification to the session of the request, or to the sessions in `options.sessionIds`. */
  notify<Type extends keyof Notifications & string>(
    this: void,
    type: Type,
    data: z.input<Notifications[Type]>,
    options?: NotifyOptions,
  ): void
  /**
   * Sends an interaction to the user and waits for the response.
   *
   * @throws McpError `forbidden` with the reason `approval-denied` if the user does not respond in
   * time, `unavailable` if no user can be reached.
   */
  ask<Content = Readonly<Record<string, unknown>>>(
    this: void,
    question: TypedInteraction<Content>,
  ): Promise<InteractionResponse<Content>>
  /** Marks the result as untrusted content from outside this system. */
  markUntrusted(this: void): void
}

export interface NotifyOptions {
  /** Sessions that receive the notification. Default: the session of the request. */
  readonly sessionIds?: readonly string[] | 'all' | undefined
}
