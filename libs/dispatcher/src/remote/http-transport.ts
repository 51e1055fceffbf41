import type { TransportFault } from '../calls/transport-fault.ts'

/** Sends HTTP requests to one capability server. */
export interface HttpTransport {
  /**
   * Sends a request. The handler receives the head, the data, and then the end or an error. The
   * returned function aborts the exchange, and the handler then receives nothing more. Calling the
   * function after the exchange has ended, or again, has no effect.
   */
  send(request: HttpRequest, handler: HttpHandler): () => void
  /** Aborts every open exchange. The handlers receive an error. */
  close(): Promise<void>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, starting with a slash. */
  readonly path: string
  /** Headers as a flat list, in which each name is followed by its value. */
  readonly headers: string[]
  readonly body?: string | Uint8Array | undefined
}

export interface HttpHandler {
  /** Receives the head of the response. `proof` is the value of the header `mcp-service-proof`. */
  onHead(status: number, contentType: string | undefined, proof: string | undefined): void
  onData(bytes: Uint8Array): void
  onEnd(): void
  onError(failure: HttpFailure): void
}

export interface HttpFailure {
  readonly fault: TransportFault
  readonly cause: unknown
  /** Description for messages, such as `does not respond`. The name of the server precedes it. */
  readonly problem?: string | undefined
}

// Error codes with which Node, Bun and other runtimes report that no connection was established.
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
