import type {
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
} from '../envelopes/envelopes.ts'
import type { Health } from './health.ts'
import type { InteractionResponse, InteractionRequest } from './interaction.ts'
import type { MaybePromise } from '../contract/operation.ts'
import type { ServerDescription } from '../contract/server-description.ts'

/** What travels with a request and is no part of it. */
export interface RequestContext {
  /** Aborted when the caller cancels, the session ends, or the process shuts down. */
  readonly signal: AbortSignal
  /** When the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId?: string | undefined
  /** Who asks, where callers are authenticated. */
  readonly principal?: string | undefined
  /** The bytes the request came as. A hop that changed nothing may pass them on. */
  readonly original?: OriginalRequest | undefined
  /** Gets progress and chunks as they happen. Left out by a caller that waits for the answer alone. */
  readonly onEvent?: ((event: RequestEvent) => void) | undefined
  /** Puts a question to the session's owner. Left out where no person can be reached. */
  readonly ask?: ((question: InteractionRequest) => Promise<InteractionResponse>) | undefined
  /** Told which server the request goes to, before it goes. */
  readonly onRouted?: ((serverName: string) => void) | undefined
}

export interface OriginalRequest {
  /** The request these bytes hold; another object means that somebody changed it. */
  readonly request: RequestEnvelope
  readonly body: Uint8Array
}

/** What a request tells before its answer: a `progress` or a `chunk` notification. */
export interface RequestEvent {
  readonly type: 'progress' | 'chunk'
  /** `{ requestId, progress, total?, message? }` or `{ requestId, chunk }`. */
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * The one seam of the system: in this process, over HTTP, or behind another protocol, a server
 * looks like this. Implement it, or let `defineServer` make one from a contract.
 */
export interface CapabilityServer {
  /** Such as `tools`. */
  readonly name: string
  /** What it writes as `metadata.source`, such as `mcp-server-3`. */
  readonly source: string
  describe(): MaybePromise<ServerDescription>
  /**
   * Processes a request. Never throws and never rejects: failures are error responses. A response
   * that is available immediately is returned without a promise, because each turn of the event
   * loop keeps the request and all that it references alive; under load those turns cost more in
   * garbage collection than the request itself.
   */
  process(request: RequestEnvelope, context: RequestContext): MaybePromise<ResponseEnvelope>
  /**
   * Hears what the server tells. `metadata.sessionIds` says for whom, absent meaning all.
   * A notification of type `catalogue-changed` means: call `describe()` again. One of type
   * `server-restarted` means: what it told in between is lost.
   */
  subscribe(listener: (notification: NotificationEnvelope) => void): () => void
  health(): MaybePromise<Health>
  /** Releases what that session holds here. */
  sessionClosed?(sessionId: string): MaybePromise<void>
  close(): Promise<void>
}
