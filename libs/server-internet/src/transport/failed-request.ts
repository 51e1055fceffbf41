import { McpError } from '@mcp/protocol'

/** What was tried when a request failed. */
export interface FailedRequest {
  readonly url: URL
  readonly method: string
  readonly signal: AbortSignal
}

/** The error to answer with for whatever was thrown while a site was asked. */
export function failedRequest(thrown: unknown, { url, method, signal }: FailedRequest): McpError {
  // Whatever was under way when the time was up only knows that it was broken off.
  const isBrokenOff = McpError.is(thrown) && thrown.code === 'cancelled' && signal.aborted
  if (McpError.is(thrown) && !isBrokenOff) return thrown
  const host = url.host.slice(0, 253)
  // Safe methods may be repeated; whether another one was carried out, nobody knows.
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
    return new McpError('timeout', `${host} did not give the whole answer in the time allowed.`, {
      details: { reason: 'fetch-timeout' },
      retryable,
    })
  }
  return new McpError('cancelled', `The request to ${host} was cancelled.`)
}

/** What a proxy answered instead of passing a request on: undici tells it in the message alone. */
function proxyStatusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined
  const [, status] =
    /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(thrown.message) ?? []
  return status === undefined ? undefined : Number(status)
}

function refusedByProxy(host: string, status: number, cause: unknown): McpError {
  const isAuth = status === 407
  const what = isAuth
    ? 'asks for a user name and password: the operator sets them in its address'
    : 'does not pass the request on'
  return new McpError(
    'upstream-error',
    `The proxy on the way to ${host} ${what} (HTTP ${status}).`,
    {
      details: { reason: isAuth ? 'proxy-auth' : 'proxy-refused', status },
      retryable: status >= 500,
      cause,
    },
  )
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  // The parser has no code for some of what it cannot read.
  return thrown.name === 'HTTPParserError' ? 'HPE_INVALID' : undefined
}

function explain(code: string, host: string): readonly [reason: string, message: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    return ['dns-not-found', `No address is known for ${host}: see whether the name is right.`]
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return ['connect-timeout', `${host} did not answer the call for a connection.`]
  }
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|UND_ERR_PRX_TLS)/.test(code)) {
    return ['tls', `${host} has no certificate that can be trusted for that name (${code}).`]
  }
  if (/^(?:HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES|Z_|ERR_|ZSTD)/.test(code)) {
    return ['malformed-answer', `${host} answered what is not proper HTTP (${code}).`]
  }
  return ['connection-failed', `The connection to ${host} failed (${code}).`]
}
