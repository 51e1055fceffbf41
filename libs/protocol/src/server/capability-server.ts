import type {
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
} from '../envelopes/envelopes.ts'
import type { ClientDescription } from './client-description.ts'
import type { Health } from './health.ts'
import type { InteractionResponse, InteractionRequest } from './interaction.ts'
import type { Rounds } from './rounds.ts'
import type { MaybePromise } from '../contract/operation.ts'
import type { Route, ServerDescription } from '../contract/server-description.ts'

/** Data that accompanies a request but is not part of its envelope. */
export interface RequestContext {
  /** Aborted when the caller cancels, the session ends, or the process shuts down. */
  readonly signal: AbortSignal
  /** Time at which the caller stops waiting, in milliseconds since the epoch. */
  readonly deadline: number
  readonly sessionId?: string | undefined
  /** Identity of the caller, if callers are authenticated. */
  readonly principal?: string | undefined
  /** Roles, scopes, tenant and further claims of the principal. Absent if it has none. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Network address of a caller on another machine, if known. It identifies anonymous callers. */
  readonly address?: string | undefined
  /** The standard MCP client that sent the request. Absent for other callers. */
  readonly client?: ClientDescription | undefined
  /**
   * Maximum size of a result that is returned whole, in bytes of JSON. Default: the option
   * `maxResultBytes` of the server.
   */
  readonly resultBytes?: number | undefined
  /** W3C trace context of the request. Every process that forwards the request passes it on. */
  readonly trace?: TraceContext | undefined
  /** The bytes of the received request. A process that did not change the request may pass them on. */
  readonly original?: OriginalRequest | undefined
  /** Receives progress, chunks and log messages. Absent if the caller receives only the response. */
  readonly onEvent?: ((event: RequestEvent) => void) | undefined
  /**
   * Sends an interaction to the user and waits for the response. Absent if the caller cannot receive
   * interactions.
   */
  readonly ask?: ((interaction: InteractionRequest) => Promise<InteractionResponse>) | undefined
  /**
   * Present if the caller can repeat the request with its responses. The operation can use it in place of `ask`.
   */
  readonly rounds?: Rounds | undefined
  /** Receives the name of the server before the request is sent to it. */
  readonly onRouted?: ((serverName: string) => void) | undefined
}

export interface TraceContext {
  /** Value of the header `traceparent`. */
  readonly traceparent: string
  /** Value of the header `tracestate`. */
  readonly tracestate?: string | undefined
}

export interface OriginalRequest {
  /**
   * The request that `body` encodes. If `process` receives another object as its request, the request
   * was changed after it was received, and `body` must not be passed on.
   */
  readonly request: RequestEnvelope
  readonly body: Uint8Array
}

/** Progress, a chunk or a log message that a request emits before its response. */
export interface RequestEvent {
  readonly type: 'progress' | 'chunk' | 'log'
  /**
   * `{ requestId, progress, total?, message? }`, `{ requestId, chunk }` or
   * `{ requestId, level, data, logger? }`.
   */
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * The server interface. It is the same for a server in this process, a server over HTTP, and a server
 * behind another protocol. `defineServer` creates an implementation from a contract.
 */
export interface CapabilityServer {
  /** Name of the server, such as `tools`. */
  readonly name: string
  /** Value of `metadata.source` in the server's envelopes, such as `mcp-server-3`. */
  readonly source: string
  /**
   * Routes that the server handles even before it has described itself. Without them, a request of an
   * unknown type waits for the first description. Default: only the routes of the description.
   */
  readonly staticRoutes?: readonly Route[] | undefined
  describe(): MaybePromise<ServerDescription>
  /**
   * Processes a request. Never throws and never rejects, because every failure is an error response.
   * If a response is available immediately, it is returned without a promise. A promise would keep the
   * request in memory for another turn of the event loop. Under load, the garbage collection of such
   * requests costs more than the requests themselves.
   */
  process(request: RequestEnvelope, context: RequestContext): MaybePromise<ResponseEnvelope>
  /**
   * Adds a listener for the server's notifications, and returns the function that removes the
   * listener. A notification is for the sessions in `metadata.sessionIds`, or for all sessions if
   * that list is absent. After `catalogue-changed`, call `describe()` again. `server-restarted` means
   * that earlier notifications may have been lost.
   */
  subscribe(listener: (notification: NotificationEnvelope) => void): () => void
  health(): MaybePromise<Health>
  /** Releases the resources of a closed session. */
  sessionClosed?(sessionId: string): MaybePromise<void>
  close(): Promise<void>
}
