import type { CachedExchange, CacheMode, ResponseCache } from '../cache/response-cache.ts'
import type { Robots } from '../robots/robots.ts'
import type { Transport } from '../transport/transport.ts'
import type { ExchangeRequest } from './exchange.ts'
import type { Followed } from './follow-redirects.ts'
import { followRedirects } from './follow-redirects.ts'

export interface PageRequest extends ExchangeRequest {
  readonly mode: CacheMode
  readonly respectRobots: boolean
  /** Key of the caller whose private cache entries may be used and stored; undefined for none. */
  readonly caller: string | undefined
  /** Key of the caller for its share of the sandbox. */
  readonly callerKey: string
}

/** Fetches URLs: follows redirects, respects robots.txt and uses the cache. */
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
    fetch({ mode, respectRobots, caller, callerKey, ...first }) {
      const headers = { 'user-agent': userAgent, ...first.headers }
      return followRedirects({ ...first, headers }, async (step) => {
        const { url, method, signal } = step
        // The URL is checked before the cache is read, so that no cached response of a blocked URL
        // is returned.
        transport.checkUrl(url)
        if (respectRobots && (method === 'GET' || method === 'HEAD')) {
          await robots.check({ url, signal, callerKey })
        }
        return cache.exchange({ ...step, mode, caller })
      })
    },
  }
}
