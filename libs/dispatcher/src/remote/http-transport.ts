import type { TransportFault } from '../calls/transport-fault.ts'

/** Sends HTTP requests to one capability server. */
export interface HttpTransport {
  /**
   * Sends a request. The handler receives the head, the data, and then the end or an error. The
   * returned function aborts the exchange, after which the handler receives nothing more. Calling it
   * late or twice has no effect.
   */
  send(request: HttpRequest, handler: HttpHandler): () => void
  /** Aborts every open exchange; their handlers receive an error. */
  close(): Promise<void>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, starting with a slash. */
  readonly path: string
  /** Alternating names and values. */
  readonly headers: string[]
  readonly body?: string | Uint8Array | undefined
}

export interface HttpHandler {
  /** `proof` is the header `mcp-service-proof`. */
  onHead(status: number, contentType: string | undefined, proof: string | undefined): void
  onData(bytes: Uint8Array): void
  onEnd(): void
  onError(failure: HttpFailure): void
}

export interface HttpFailure {
  readonly fault: TransportFault
  readonly cause: unknown
  /** Replaces the description of the fault in messages: a predicate whose subject is the server. */
  readonly problem?: string | undefined
}

// Error codes of Node, Bun and other runtimes for a connection that was never established.
const connectFailureCodes = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether an error proves that no connection was established, so that nothing was sent. */
export function isConnectFailure(cause: unknown): boolean {
  const code = failureCode(cause)
  return code !== undefined && connectFailureCodes.has(code)
}

/** Returns the error code of the platform, such as `ECONNREFUSED`. */
export function failureCode(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined
  if ('code' in failure && typeof failure.code === 'string') return failure.code
  return 'cause' in failure ? failureCode(failure.cause) : undefined
}
