import type { CachedExchange, CacheMode, ResponseCache } from '../cache/response-cache.ts'
import type { Robots } from '../robots/robots.ts'
import type { Transport } from '../transport/transport.ts'
import type { ExchangeRequest } from './exchange.ts'
import type { Followed } from './follow-redirects.ts'
import { followRedirects } from './follow-redirects.ts'

export interface PageRequest extends ExchangeRequest {
  readonly mode: CacheMode
  readonly respectRobots: boolean
  /** Whose private answers may be used and kept. */
  readonly caller: string | undefined
}

/** Gets what is at an address, by way of all redirects. */
export interface PageFetcher {
  fetch(request: PageRequest): Promise<Followed<CachedExchange>>
}

export interface PageFetcherParts {
  readonly transport: Transport
  readonly robots: Robots
  readonly cache: ResponseCache
  readonly userAgent: string
}

export function createPageFetcher(parts: PageFetcherParts): PageFetcher {
  const { transport, robots, cache, userAgent } = parts

  return {
    fetch({ mode, respectRobots, caller, ...first }) {
      const headers = { 'user-agent': userAgent, ...first.headers }
      return followRedirects({ ...first, headers }, async (step) => {
        const { url, method, signal } = step
        // Here already, so that nothing of a forbidden place is told from the cache.
        transport.checkUrl(url)
        if (respectRobots && (method === 'GET' || method === 'HEAD')) {
          await robots.check({ url, signal })
        }
        return cache.exchange({ ...step, mode, caller })
      })
    },
  }
}
