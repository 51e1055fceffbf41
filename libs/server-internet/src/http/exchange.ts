import type { ResponseHeaders } from '../transport/transport.ts'

/** One request to a site. */
export interface ExchangeRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** One response of a site, with its decoded body of at most `maxBytes`. */
export interface Exchange {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly bytes: Uint8Array
  readonly truncated: boolean
}

/** Returns a header, or the first of several values. */
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
