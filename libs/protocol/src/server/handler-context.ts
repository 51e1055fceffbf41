import type * as z from 'zod'

import type { RequestEnvelope } from '../envelopes/envelopes.ts'
import type { ClientDescription, LogLevel } from './client-description.ts'
import type { Elicitation, InteractionResponse, TypedInteraction } from './interaction.ts'
import type { ClientRoot, SamplingParams, SamplingResult } from './sampling.ts'
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
  /** Roles, scopes, tenant and further claims of the principal. Undefined if it has none. */
  readonly claims: Readonly<Record<string, unknown>> | undefined
  /** Key that identifies the caller for limits per caller. See `callerKeyOf`. */
  readonly callerKey: string
  /** The standard MCP client that sent the request. Undefined for other callers. */
  readonly client: ClientDescription | undefined
  /** Reports progress to the caller, if it receives events. */
  progress(this: void, progress: Progress): void
  /** Sends one chunk of the result to the caller, if it receives events. */
  chunk(this: void, chunk: Chunk): void
  /**
   * Sends a log message to the caller, if it receives events. A message below the log level of the
   * `client` is not sent.
   */
  log(this: void, level: LogLevel, data: unknown, logger?: string): void
  /**
   * Emits a notification to the session of the request, or to the sessions in `options.sessionIds`. If the
   * request has no session and there are no `sessionIds`, no session receives the notification.
   */
  notify<Type extends keyof Notifications & string>(
    this: void,
    type: Type,
    data: z.input<Notifications[Type]>,
    options?: NotifyOptions,
  ): void
  /**
   * Sends an interaction to the user and waits for the response. An operation that does this must have
   * the hint `interactive`. Otherwise it cannot reach the user of a caller in another process.
   *
   * @throws McpError `forbidden` if the user does not respond in time, with the reason `approval-denied`
   * for an approval, otherwise `interaction-timed-out`. `unavailable` if the caller cannot receive
   * interactions. `invalid-params` if the content of the response does not match a zod schema.
   */
  ask<Content = Readonly<Record<string, unknown>>>(
    this: void,
    interaction: TypedInteraction<Content>,
  ): Promise<InteractionResponse<Content>>
  /** Sends a form to complete or a URL to open to the user. See `ask`. */
  elicit<Content = Readonly<Record<string, unknown>>>(
    this: void,
    elicitation: Elicitation<Content>,
  ): Promise<InteractionResponse<Content>>
  /**
   * Requests a message from the language model of the caller. See `ask`.
   *
   * @throws McpError `forbidden` with the reason `interaction-declined` if the user declines or cancels,
   * `invalid-params` if the response is not a valid message.
   */
  sample(this: void, params: SamplingParams): Promise<SamplingResult>
  /**
   * Requests the root directories of the caller. See `ask`.
   *
   * @throws McpError `forbidden` with the reason `interaction-declined` if the user declines or cancels,
   * `invalid-params` if the response is not a valid list.
   */
  listRoots(this: void): Promise<readonly ClientRoot[]>
  /** Marks the result as untrusted content from outside this system. */
  markUntrusted(this: void): void
}

export interface NotifyOptions {
  /** Sessions that receive the notification. Default: the session of the request. */
  readonly sessionIds?: readonly string[] | 'all' | undefined
}
