import type { TransportFault } from '../calls/transport-fault.ts'

/** How bytes get to one capability server and back. */
export interface HttpTransport {
  /**
   * Sends a request. The handler hears a head, data, and then its end or an error; nothing more
   * once the returned function has broken the connection off. Calling that late or twice is harmless.
   */
  send(request: HttpRequest, handler: HttpHandler): () => void
  /** Breaks off what is open, which its handlers hear as an error. */
  close(): Promise<void>
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Begins with a slash. */
  readonly path: string
  /** A name, its value, the next name, … */
  readonly headers: string[]
  readonly body?: string | Uint8Array | undefined
}

export interface HttpHandler {
  onHead(status: number, contentType: string | undefined): void
  onData(bytes: Uint8Array): void
  onEnd(): void
  onError(failure: HttpFailure): void
}

export interface HttpFailure {
  readonly fault: TransportFault
  readonly cause: unknown
}

// What Node, Bun and others call a connection that never was.
const neverConnected = new Set([
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether a failure says that there was no connection to send anything over. */
export function isConnectFailure(cause: unknown): boolean {
  const code = failureCode(cause)
  return code !== undefined && neverConnected.has(code)
}

/** The platform's word for a failure, such as `ECONNREFUSED`. */
export function failureCode(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined
  if ('code' in failure && typeof failure.code === 'string') return failure.code
  return 'cause' in failure ? failureCode(failure.cause) : undefined
}
