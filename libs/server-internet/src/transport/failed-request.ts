import { McpError } from '@mcp/protocol'

/** The request that failed. */
export interface FailedRequest {
  readonly url: URL
  readonly method: string
  readonly signal: AbortSignal
}

/** Converts an error of a request to an `McpError`. */
export function failedRequest(thrown: unknown, { url, method, signal }: FailedRequest): McpError {
  // An inner operation also throws `cancelled` if a timeout aborted the signal. In this case, the
  // reason of the signal determines the error.
  const isAborted = McpError.is(thrown) && thrown.code === 'cancelled' && signal.aborted
  if (McpError.is(thrown) && !isAborted) return thrown
  const host = url.host.slice(0, 253)
  // Safe methods can be retried. A request with another method may already have taken effect.
  const retryable = method === 'GET' || method === 'HEAD'
  if (signal.aborted) return abortedRequest(host, signal, retryable)
  const status = proxyStatusOf(thrown)
  if (status !== undefined) return refusedByProxy(host, status, thrown)
  const code = codeOf(thrown)
  if (code === undefined) return McpError.internal(thrown)
  const [reason, message] = explain(code, host)
  const wire = reason === 'connect-timeout' ? 'timeout' : 'upstream-error'
  return new McpError(wire, message, { details: { reason }, retryable, cause: thrown })
}

function abortedRequest(host: string, { reason }: AbortSignal, retryable: boolean): McpError {
  if (McpError.is(reason)) return reason
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new McpError('timeout', `${host} did not send the complete response in time.`, {
      details: { reason: 'fetch-timeout' },
      retryable,
    })
  }
  return new McpError('cancelled', `The request to ${host} was cancelled.`)
}

/**
 * Returns the status of a proxy that refused the request. The error of undici contains this status
 * only in its message.
 */
function proxyStatusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined
  const [, status] =
    /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(thrown.message) ?? []
  return status === undefined ? undefined : Number(status)
}

function refusedByProxy(host: string, status: number, cause: unknown): McpError {
  const isAuth = status === 407
  const problem = isAuth
    ? 'requires a user name and password; the operator sets them in the URL of the proxy'
    : 'refused the request'
  return new McpError('upstream-error', `The proxy for ${host} ${problem} (HTTP ${status}).`, {
    details: { reason: isAuth ? 'proxy-auth' : 'proxy-refused', status },
    retryable: status >= 500,
    cause,
  })
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  // For some malformed responses, the error of the HTTP parser has no code.
  return thrown.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined
}

function explain(code: string, host: string): readonly [reason: string, message: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return ['dns-not-found', `${host} cannot be resolved. Check the host name.`]
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return ['connect-timeout', `${host} did not accept the connection in time.`]
  }
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|UND_ERR_PRX_TLS)/.test(code)) {
    return [
      'tls',
      `The TLS connection to ${host} failed: its certificate may be untrusted or not valid for this host name (${code}).`,
    ]
  }
  if (/^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES|Z_|ERR_|ZSTD)/.test(code)) {
    return ['malformed-answer', `${host} sent a malformed HTTP response (${code}).`]
  }
  return ['connection-failed', `The connection to ${host} failed (${code}).`]
}
