import type {
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
} from '../envelopes/envelopes.ts'
import type { Health } from './health.ts'
import type { InteractionResponse, InteractionRequest } from './interaction.ts'
import type { MaybePromise } from '../contract/operation.ts'
import type { ServerDescription } from '../contract/server-description.ts'

/** Context of a request: everything that travels with it and is not part of it. */
export interface RequestContext {
  /** Aborted when the caller cancels, the session ends, or the process shuts down. */
  readonly signal: AbortSignal
  /** Time at which the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId?: string | undefined
  /** The authenticated caller, if callers are authenticated. */
  readonly principal?: string | undefined
  /** The bytes of the request. A hop that changed nothing may pass them on. */
  readonly original?: OriginalRequest | undefined
  /** Receives progress and chunks. Absent if the caller only waits for the response. */
  readonly onEvent?: ((event: RequestEvent) => void) | undefined
  /** Asks the session's owner. Absent if no user can be reached. */
  readonly ask?: ((question: InteractionRequest) => Promise<InteractionResponse>) | undefined
  /** Receives the name of the server before the request is sent to it. */
  readonly onRouted?: ((serverName: string) => void) | undefined
}

export interface OriginalRequest {
  /** The request that these bytes encode. If `process` received another object, it was changed. */
  readonly request: RequestEnvelope
  readonly body: Uint8Array
}

/** Progress or a chunk of a request, before its response. */
export interface RequestEvent {
  readonly type: 'progress' | 'chunk'
  /** `{ requestId, progress, total?, message? }` or `{ requestId, chunk }`. */
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * The server interface: the same for a server in this process, over HTTP, or behind another protocol.
 * Implement it, or let `defineServer` create one from a contract.
 */
export interface CapabilityServer {
  /** Name of the server, such as `tools`. */
  readonly name: string
  /** Its `metadata.source`, such as `mcp-server-3`. */
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
   * Adds a listener for the server's notifications. `metadata.sessionIds` lists the recipients;
   * without it, all sessions are. After `catalogue-changed`, call `describe()` again. After
   * `server-restarted`, notifications may have been lost.
   */
  subscribe(listener: (notification: NotificationEnvelope) => void): () => void
  health(): MaybePromise<Health>
  /** Releases the resources of that session. */
  sessionClosed?(sessionId: string): MaybePromise<void>
  close(): Promise<void>
}
