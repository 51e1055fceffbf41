import type { Progress } from '@mcp/protocol'

/** Options of one call. */
export interface CallOptions<Chunk = unknown> {
  /** An abort rejects the call with `cancelled` and cancels the request at the server. */
  readonly signal?: AbortSignal | undefined
  /**
   * Time limit of the call including retries and all parts of a large result, in milliseconds. Default:
   * `timeoutMs` of the client.
   */
  readonly timeoutMs?: number | undefined
  /** Maximum number of retries of a request, all with its id. Default: `retries` of the client. */
  readonly retries?: number | undefined
  /** Receives the progress of the operation. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Receives parts of the result that the server sends before the whole result. */
  readonly onChunk?: ((chunk: Chunk) => void) | undefined
  /**
   * Whether a typed call fetches a result that is too large for one response. If false, the call
   * rejects with `payload-too-large` and `details: { preview, resultRef }`. Default:
   * `readLargeResults` of the client.
   */
  readonly readLargeResults?: boolean | undefined
  /**
   * Id of the request. Within a session, a repeated id returns the recorded response while it is kept.
   * Default: a new id.
   */
  readonly id?: string | undefined
  /** Further metadata, such as `traceparent`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}
