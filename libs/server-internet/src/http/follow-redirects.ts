import { isUtf8 } from 'node:buffer'

import { McpError } from '@mcp/protocol'

import type { ExchangeRequest } from './exchange.ts'
import { redirectOf } from './exchange.ts'
import { crossOriginHeaders } from './request-headers.ts'

/** A redirect that was followed. */
export interface Redirect {
  readonly status: number
  readonly from: string
  readonly to: string
}

/** The final response and the redirects that led to it. */
export interface Followed<Response> {
  readonly url: URL
  readonly redirects: readonly Redirect[]
  readonly response: Response
}

const maxRedirects = 5

interface ResponseHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * Sends a request and follows at most five redirects. Never sends credentials or a body to another
 * origin. Does not check whether a URL is allowed; `exchange` must check the URL of every request.
 */
export async function followRedirects<Response extends ResponseHead>(
  first: ExchangeRequest,
  exchange: (request: ExchangeRequest) => Promise<Response>,
): Promise<Followed<Response>> {
  const redirects: Redirect[] = []
  const seen = new Set<string>()
  let request = first
  for (;;) {
    const { url } = request
    seen.add(`${request.method} ${url.href}`)
    const response = await exchange(request)
    const location = redirectOf(response)
    if (location === undefined) return { url, redirects, response }
    request = nextRequest(request, response.status, location)
    redirects.push({ status: response.status, from: url.href, to: request.url.href })
    if (seen.has(`${request.method} ${request.url.href}`)) {
      throw failed('redirect-loop', `${url.host} redirects in a loop.`)
    }
    if (redirects.length > maxRedirects) {
      throw failed(
        'too-many-redirects',
        `${first.url.host} redirects more than ${maxRedirects} times. Fetch the last URL directly: ${url.href.slice(0, 1000)}`,
      )
    }
  }
}

/**
 * Returns the request to send after a redirect.
 *
 * @throws McpError `upstream-error` if the redirect must not be followed.
 */
export function nextRequest(
  request: ExchangeRequest,
  status: number,
  location: string,
): ExchangeRequest {
  const { url, method, headers, body, ...others } = request
  const next = readLocation(location, url)
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw failed(
      'https-downgrade',
      `${url.host} redirects from https to http. If that is acceptable, fetch the URL directly: ${next.href.slice(0, 1000)}`,
    )
  }
  const isSameOrigin = next.origin === url.origin
  // Like in browsers, 303 changes every method except HEAD to GET; 301 and 302 change POST to GET.
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  if (becomesGet) {
    const remaining = isSameOrigin ? withoutContentHeaders(headers) : crossOriginHeaders(headers)
    return { ...others, url: next, method: 'GET', headers: remaining }
  }
  if (isSameOrigin) return { ...others, url: next, method, headers, body }
  if (method !== 'GET' && method !== 'HEAD') {
    throw failed(
      'cross-origin-redirect',
      `${url.host} redirects the ${method} to another origin, ${next.host}. The request is not sent there automatically.`,
    )
  }
  return { ...others, url: next, method, headers: crossOriginHeaders(headers) }
}

function readLocation(location: string, base: URL): URL {
  // Some sites send the header `Location` in UTF-8. Node decodes headers as Latin-1, so each character of `location` is
  // one byte of the header.
  const bytes = Buffer.from(location, 'latin1')
  const next = URL.parse(isUtf8(bytes) ? bytes.toString() : location, base)
  if (next === null) throw failed('malformed-answer', `${base.host} redirects to an invalid URL.`)
  next.hash = ''
  return next
}

function withoutContentHeaders(headers: ExchangeRequest['headers']): ExchangeRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('content-')),
  )
}

function failed(reason: string, message: string): McpError {
  return new McpError('upstream-error', message, { details: { reason }, retryable: false })
}
