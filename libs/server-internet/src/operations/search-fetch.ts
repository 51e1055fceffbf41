import { exchangeOnce } from '../http/exchange-once.ts'
import type { GuardedFetch } from '../search/search-provider.ts'
import { withinDeadline } from './within-deadline.ts'
import { parseAllowedHosts } from '../transport/allowed-hosts.ts'
import type { TransportOptions } from '../transport/transport.ts'
import { createTransport } from '../transport/transport.ts'

export interface SearchFetchOptions extends Omit<TransportOptions, 'allowed'> {
  readonly allowedHosts: readonly string[]
  /** URL of the operator's own search engine. Its host may be private. */
  readonly searxngUrl: string | undefined
  readonly userAgent: string
}

export interface SearchFetch {
  readonly fetch: GuardedFetch
  close(): Promise<void>
}

const maxBytes = 1024 * 1024
const timeoutMs = 15_000

/** Creates the fetch function for search providers. It does not follow redirects. */
export function createSearchFetch(options: SearchFetchOptions): SearchFetch {
  const { allowedHosts, searxngUrl, userAgent, ...transportOptions } = options
  const own = searxngUrl === undefined ? [] : [hostAndPort(new URL(searxngUrl))]
  const allowed = parseAllowedHosts([...allowedHosts, ...own])
  const transport = createTransport({ ...transportOptions, allowed })

  return {
    async fetch(address, { method = 'GET', headers = {}, body, signal: outer }) {
      const url = new URL(address)
      const response = await withinDeadline({ url, method, timeoutMs, signal: outer }, (signal) =>
        exchangeOnce(transport, {
          url,
          method,
          headers: { 'user-agent': userAgent, ...headers },
          body,
          maxBytes,
          signal,
        }),
      )
      const entries = Object.entries(response.headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((each) => [name, each] as [string, string]),
      )
      return { status: response.status, headers: new Headers(entries), bytes: response.bytes }
    },
    close: () => transport.close(),
  }
}

/** Returns the host and port of a URL in the notation of allowed hosts. */
function hostAndPort({ hostname, port, protocol }: URL): string {
  const defaultPort = protocol === 'https:' ? 443 : 80
  return `${hostname.replace(/\.$/, '')}:${port === '' ? defaultPort : port}`
}
