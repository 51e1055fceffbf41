import { isUtf8 } from 'node:buffer'

import { McpError } from '@mcp/protocol'

import type { ExchangeRequest } from './exchange.ts'
import { redirectOf } from './exchange.ts'
import { harmlessHeaders } from './request-headers.ts'

/** One step on the way to an answer. */
export interface Redirect {
  readonly status: number
  readonly from: string
  readonly to: string
}

/** An answer, and how it was come by. */
export interface Followed<Answer> {
  readonly url: URL
  readonly redirects: readonly Redirect[]
  readonly answer: Answer
}

const mostRedirects = 5

interface AnswerHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * Follows redirects to their end, at most five, each step through `exchange`, which checks every
 * address anew. To another origin neither credentials nor a body go along.
 */
export async function followRedirects<Answer extends AnswerHead>(
  first: ExchangeRequest,
  exchange: (request: ExchangeRequest) => Promise<Answer>,
): Promise<Followed<Answer>> {
  const redirects: Redirect[] = []
  const seen = new Set<string>()
  let request = first
  for (;;) {
    const { url } = request
    seen.add(`${request.method} ${url.href}`)
    const answer = await exchange(request)
    const location = redirectOf(answer)
    if (location === undefined) return { url, redirects, answer }
    request = nextRequest(request, answer.status, location)
    redirects.push({ status: answer.status, from: url.href, to: request.url.href })
    if (seen.has(`${request.method} ${request.url.href}`)) {
      throw failed('redirect-loop', `${url.host} redirects in a circle.`)
    }
    if (redirects.length > mostRedirects) {
      throw failed(
        'too-many-redirects',
        `${first.url.host} redirects more than ${mostRedirects} times. Fetch where it leads to: ${url.href.slice(0, 1000)}`,
      )
    }
  }
}

function nextRequest(request: ExchangeRequest, status: number, location: string): ExchangeRequest {
  const { url, method, headers, body, ...others } = request
  const next = readLocation(location, url)
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw failed(
      'https-downgrade',
      `${url.host} redirects from https to http. Fetch it there if that will do: ${next.href.slice(0, 1000)}`,
    )
  }
  const isSameOrigin = next.origin === url.origin
  // As browsers do it: 303 turns everything into GET, 301 and 302 what was POST.
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  if (becomesGet) {
    const kept = isSameOrigin ? withoutContent(headers) : harmlessHeaders(headers)
    return { ...others, url: next, method: 'GET', headers: kept }
  }
  if (isSameOrigin) return { ...others, url: next, method, headers, body }
  if (method !== 'GET' && method !== 'HEAD') {
    throw failed(
      'cross-origin-redirect',
      `${url.host} redirects the ${method} to ${next.host}, where it is not sent unasked.`,
    )
  }
  return { ...others, url: next, method, headers: harmlessHeaders(headers) }
}

function readLocation(location: string, base: URL): URL {
  // Careless sites send UTF-8 as it is, which arrives as one character a byte.
  const bytes = Buffer.from(location, 'latin1')
  const next = URL.parse(isUtf8(bytes) ? bytes.toString() : location, base)
  if (next === null) throw failed('malformed-answer', `${base.host} redirects to no address.`)
  next.hash = ''
  return next
}

function withoutContent(headers: ExchangeRequest['headers']): ExchangeRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('content-')),
  )
}

function failed(reason: string, message: string): McpError {
  return new McpError('upstream-error', message, { details: { reason }, retryable: false })
}
