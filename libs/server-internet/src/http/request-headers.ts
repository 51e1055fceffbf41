import { invalidParam } from '@mcp/server'

/** Headers that a caller must not set, because the HTTP client, proxies or this server control them. */
const refused: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
  'accept-encoding',
  'cookie',
  'cookie2',
  'via',
  'forwarded',
  'range',
  'if-range',
])

/**
 * Headers that are still sent after a redirect to another origin. They contain no credentials of the
 * caller.
 */
const crossOrigin: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent'])

const maxHeaders = 64

export type RequestHeaders = Readonly<Record<string, string>>

/**
 * Returns a caller's headers with lower-case names.
 *
 * @throws McpError `invalid-params` for a header that is malformed or that a caller must not set.
 */
export function readRequestHeaders(headers: RequestHeaders = {}): RequestHeaders {
  if (Object.keys(headers).length > maxHeaders) {
    throw invalidParam('headers', `there are more than ${maxHeaders} headers`)
  }
  const read = Object.entries(headers).map(([original, value]) => {
    const name = original.toLowerCase()
    const path = ['headers', original]
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      throw invalidParam(path, 'invalid header name')
    }
    if (refused.has(name) || /^(?:proxy-|sec-|x-forwarded-|x-real-ip$|metadata)/.test(name)) {
      throw invalidParam(path, `the header "${name}" must not be set by a caller`)
    }
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      throw invalidParam(path, 'the header value contains invalid characters')
    }
    return [name, value.trim()] as const
  })
  const names = new Set(read.map(([name]) => name))
  if (names.size < read.length) {
    throw invalidParam('headers', 'a header appears twice, with different capitalization')
  }
  return Object.fromEntries(read)
}

/** Returns the headers that may be sent to another origin. */
export function crossOriginHeaders(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => crossOrigin.has(name)))
}
