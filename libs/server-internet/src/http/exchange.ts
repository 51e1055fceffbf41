import type { ResponseHeaders } from '../transport/transport.ts'

/** One request, as it is made of a site. */
export interface ExchangeRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** One answer, as a site gave it: decoded, and at most as long as was asked for. */
export interface Exchange {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly bytes: Uint8Array
  readonly truncated: boolean
}

/** One value of a header: the first, where it was sent several times. */
export function headerOf({ headers }: Pick<Exchange, 'headers'>, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

/** Where a redirect leads, if an answer is one. */
export function redirectOf(answer: Pick<Exchange, 'status' | 'headers'>): string | undefined {
  return [301, 302, 303, 307, 308].includes(answer.status)
    ? headerOf(answer, 'location')
    : undefined
}
