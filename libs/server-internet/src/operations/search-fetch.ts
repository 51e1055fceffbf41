import { exchangeOnce } from '../http/exchange-once.ts'
import type { GuardedFetch } from '../search/search-provider.ts'
import { parseAllowedHosts } from '../transport/allowed-hosts.ts'
import type { TransportOptions } from '../transport/transport.ts'
import { createTransport } from '../transport/transport.ts'

export interface SearchFetchOptions extends Omit<TransportOptions, 'allowed'> {
  readonly allowedHosts: readonly string[]
  /** Where a search engine of the operator's own is, private or not. */
  readonly searxngUrl: string | undefined
  readonly userAgent: string
}

export interface SearchFetch {
  readonly fetch: GuardedFetch
  close(): Promise<void>
}

const maxBytes = 4 * 1024 * 1024
const timeoutMs = 15_000

/** What search providers make their requests with: no pages are fetched by it, and no redirect followed. */
export function createSearchFetch(options: SearchFetchOptions): SearchFetch {
  const { allowedHosts, searxngUrl, userAgent, ...transportOptions } = options
  const own = searxngUrl === undefined ? [] : [placeIn(new URL(searxngUrl))]
  const allowed = parseAllowedHosts([...allowedHosts, ...own])
  const transport = createTransport({ ...transportOptions, allowed })

  return {
    async fetch(address, { method = 'GET', headers = {}, body, signal: outer }) {
      const url = new URL(address)
      const signal = AbortSignal.any([outer, AbortSignal.timeout(timeoutMs)])
      const {
        status,
        headers: found,
        bytes,
      } = await exchangeOnce(transport, {
        url,
        method,
        headers: { 'user-agent': userAgent, ...headers },
        body,
        maxBytes,
        signal,
      })
      const told = Object.entries(found).flatMap(([name, value]) =>
        [value ?? []].flat().map((each) => [name, each] as [string, string]),
      )
      return { status, headers: new Headers(told), bytes }
    },
    close: () => transport.close(),
  }
}

/** The host and port of a URL, as a list of allowed hosts has them. */
function placeIn({ hostname, port, protocol }: URL): string {
  const preset = protocol === 'https:' ? 443 : 80
  return `${hostname.replace(/\.$/, '')}:${port === '' ? preset : port}`
}
