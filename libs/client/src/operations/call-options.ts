import type { Progress } from '@mcp/protocol'

/** Options of one call. */
export interface CallOptions<Chunk = unknown> {
  /** Aborting it cancels the request at the server too; the call rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Time limit of the call with its retries, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined
  /** Maximum number of retries, with the same request id. Default: the client's. */
  readonly retries?: number | undefined
  /** Receives the progress of the operation. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Receives each part of the result that is available early. */
  readonly onChunk?: ((chunk: Chunk) => void) | undefined
  /**
   * Whether a typed call fetches a result that is too large for one response. If false, the call
   * rejects with `payload-too-large` and `details: { preview, resultRef }`. Default: the client's.
   */
  readonly readLargeResults?: boolean | undefined
  /** Id of the request; the session manager never runs the same id twice. Default: a new id. */
  readonly id?: string | undefined
  /** Further metadata, such as `traceparent`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}
