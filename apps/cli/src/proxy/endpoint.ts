import { isRecord, McpError } from '@mcp/protocol'
import { Agent, EnvHttpProxyAgent } from 'undici'

export interface EndpointRequest {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

export interface EndpointResponse {
  readonly status: number
  /** Returns the value of a header, by its lower-case name. */
  header(name: string): string | undefined
  readonly body: AsyncIterable<Uint8Array>
  /** Reads and ignores the body, so that the connection can be used again. */
  discard(): Promise<void>
}

/** An MCP endpoint that a proxy sends messages to. */
export interface Endpoint {
  /** Name of the endpoint in messages, such as its URL. */
  readonly name: string
  /**
   * @throws McpError `unavailable` with the reason `not-sent` if no connection could be opened,
   * `upstream-error` if the connection broke, or `cancelled` if the signal was aborted.
   */
  send(request: EndpointRequest): Promise<EndpointResponse>
  close(): Promise<void>
}

export interface HttpEndpointOptions {
  /** URL of the endpoint, such as `http://localhost:5000/mcp`. */
  readonly url: string
  /** Path of a Unix socket or Windows pipe to connect to, instead of the host of the URL. */
  readonly socketPath?: string | undefined
  /** Name in error messages. Default: the URL. */
  readonly name?: string | undefined
  /** Bearer token of the caller. Default: none. */
  readonly token?: string | undefined
}

const connectTimeoutMs = 5000

/**
 * Creates an endpoint over HTTP/1.1. Unless `socketPath` is set, the variables `HTTP_PROXY`, `HTTPS_PROXY` and
 * `NO_PROXY` apply.
 */
export function createHttpEndpoint(options: HttpEndpointOptions): Endpoint {
  const { url, socketPath, name = url, token } = options
  const { origin, pathname, search } = new URL(url)
  const timeouts = {
    // A call has no time limit of its own: its client cancels it.
    headersTimeout: 0,
    bodyTimeout: 0,
    // A connection transmits one request at a time, so that a broken connection affects one call.
    pipelining: 1,
    allowH2: false,
  }
  const dispatcher =
    socketPath === undefined
      ? new EnvHttpProxyAgent({ ...timeouts, connect: { timeout: connectTimeoutMs } })
      : new Agent({ ...timeouts, connect: { socketPath, timeout: connectTimeoutMs } })
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }

  return {
    name,
    async send({ method, headers, body = null, signal }) {
      const path = pathname + search
      const response = await dispatcher
        .request({ origin, path, method, headers: { ...headers, ...authorization }, body, signal })
        .catch((cause: unknown) => {
          throw connectionError(name, cause, signal)
        })
      return {
        status: response.statusCode,
        header(key) {
          const value = response.headers[key]
          return typeof value === 'object' ? value[0] : value
        },
        body: readBody(response.body, name, signal),
        discard: () => response.body.dump(),
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/** Whether a request was not sent, so that it can be repeated. */
export function isNotSent(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.details?.['reason'] === 'not-sent'
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body
  } catch (cause) {
    throw connectionError(name, cause, signal)
  }
}

function connectionError(name: string, cause: unknown, signal: AbortSignal): McpError {
  if (McpError.is(cause)) return cause
  if (signal.aborted) {
    return new McpError('cancelled', `The request to ${name} was cancelled.`, { cause })
  }
  const code = isRecord(cause) || cause instanceof Error ? String(Object(cause).code) : 'unknown'
  if (isConnectFailure(cause, code)) {
    return new McpError('unavailable', `Cannot connect to ${name} (${code}). Is it running?`, {
      cause,
      details: { reason: 'not-sent' },
    })
  }
  return new McpError(
    'upstream-error',
    `The connection to ${name} broke before the response (${code}). The request may have been executed: check its effect before you repeat it.`,
    { cause, details: { reason: 'outcome-unknown' }, retryable: false },
  )
}

function isConnectFailure(cause: unknown, code: string): boolean {
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return true
  // Node combines the failures of several addresses in an AggregateError.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  const syscall: unknown = Object(first).syscall
  return syscall === 'connect' || syscall === 'getaddrinfo'
}
