import type {
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
} from '../envelopes/envelopes.ts'
import type { Health } from './health.ts'
import type { InteractionResponse, InteractionRequest } from './interaction.ts'
import type { MaybePromise } from '../contract/operation.ts'
import type { ServerDescription } from '../contract/server-description.ts'

/** Data that accompanies a request but is not part of its envelope. */
export interface RequestContext {
  /** Aborted when the caller cancels, the session ends, or the process shuts down. */
  readonly signal: AbortSignal
  /** Time at which the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId?: string | undefined
  /** Identity of the caller, if callers are authenticated. */
  readonly principal?: string | undefined
  /** Network address of a caller beyond this machine, if known. Limits of anonymous callers use it. */
  readonly address?: string | undefined
  /** The request as received. A hop that did not change the request may pass on its bytes. */
  readonly original?: OriginalRequest | undefined
  /** Receives progress and chunks. Absent if the caller only waits for the response. */
  readonly onEvent?: ((event: RequestEvent) => void) | undefined
  /** Asks the user of the session and waits for the response. Absent if no user can be reached. */
  readonly ask?: ((question: InteractionRequest) => Promise<InteractionResponse>) | undefined
  /** Receives the name of the server before the request is sent to it. */
  readonly onRouted?: ((serverName: string) => void) | undefined
}

export interface OriginalRequest {
  /**
   * The request that `body` encodes. If `process` received a different object, the request was
   * changed.
   */
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
  /** Value of `metadata.source` in its envelopes, such as `mcp-server-3`. */
  readonly source: string
  describe(): MaybePromise<ServerDescription>
  /**
   * Processes a request. Never throws and never rejects: failures are error responses. A response
   * that is available immediately is returned without a promise, because a promise keeps the request
   * in memory for another turn of the event loop. Under load, that costs more in garbage collection
   * than the request itself.
   */
  process(request: RequestEnvelope, context: RequestContext): MaybePromise<ResponseEnvelope>
  /**
   * Adds a listener for the server's notifications and returns a function that removes it.
   * `metadata.sessionIds` lists the recipients; if absent, all sessions receive the notification.
   * After `catalogue-changed`, call `describe()` again. After `server-restarted`, notifications may
   * have been lost.
   */
  subscribe(listener: (notification: NotificationEnvelope) => void): () => void
  health(): MaybePromise<Health>
  /** Releases the resources of a closed session. */
  sessionClosed?(sessionId: string): MaybePromise<void>
  close(): Promise<void>
}
