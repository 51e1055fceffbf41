import type { Progress } from '@mcp/protocol'

/** What one call may set. */
export interface CallOptions<Chunk = unknown> {
  /** Aborting it cancels the request at the server too; the call rejects with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** How long to wait for the answer, repeats included, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined
  /** How often a request is repeated, under the same id, when it fails. Default: the client's. */
  readonly retries?: number | undefined
  /** Told how far the operation has come. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Told each piece of the result that comes early. */
  readonly onChunk?: ((chunk: Chunk) => void) | undefined
  /**
   * Whether a typed call fetches a result that is too large for its answer. Without it the call
   * rejects with `payload-too-large` and `details: { preview, resultRef }`. Default: the client's.
   */
  readonly readLargeResults?: boolean | undefined
  /** The request's id; repeating one never runs an operation twice. Default: a fresh one. */
  readonly id?: string | undefined
  /** Further metadata, such as `traceparent`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}
