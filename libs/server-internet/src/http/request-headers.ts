import { invalidParam } from '@mcp/server'

/** Those that belong to the connection, to the message or to this server. */
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

/** Those that say nothing of the caller, and go along when a redirect leads elsewhere. */
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent'])

const mostHeaders = 64

export type RequestHeaders = Readonly<Record<string, string>>

/**
 * The headers of a caller, by names in lower case.
 *
 * @throws McpError `invalid-params` for one that a caller cannot set, or that is no header.
 */
export function readRequestHeaders(headers: RequestHeaders = {}): RequestHeaders {
  if (Object.keys(headers).length > mostHeaders) {
    throw invalidParam('headers', `there are more than ${mostHeaders} headers`)
  }
  const read = Object.entries(headers).map(([given, value]) => {
    const name = given.toLowerCase()
    const path = ['headers', given]
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      throw invalidParam(path, 'this is no name of a header')
    }
    if (refused.has(name) || /^(?:proxy-|sec-|x-forwarded-|x-real-ip$|metadata)/.test(name)) {
      throw invalidParam(path, `the header "${name}" cannot be set by a caller`)
    }
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      throw invalidParam(path, 'the value has characters that no header can carry')
    }
    return [name, value.trim()] as const
  })
  const names = new Set(read.map(([name]) => name))
  if (names.size < read.length) {
    throw invalidParam('headers', 'a header is given twice, in capitals and in small letters')
  }
  return Object.fromEntries(read)
}

/** The headers that may go along to another origin. */
export function harmlessHeaders(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)))
}
