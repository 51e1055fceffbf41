import type { ResponseHeaders } from '../transport/transport.ts'
import type { Body } from './read-body.ts'

/** One HTTP request to a site. */
export interface ExchangeRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** The response to one request. `bytes` is its decoded body, up to `maxBytes`. */
export interface Exchange extends Body {
  readonly status: number
  readonly headers: ResponseHeaders
}

/** Returns the value of a header. If the header has several values, returns the first. */
export function headerOf({ headers }: Pick<Exchange, 'headers'>, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Returns the location of a redirect, or undefined if the response is not a redirect. */
export function redirectOf(response: Pick<Exchange, 'status' | 'headers'>): string | undefined {
  return [301, 302, 303, 307, 308].includes(response.status)
    ? headerOf(response, 'location')
    : undefined
}
