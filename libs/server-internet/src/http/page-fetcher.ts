import type { CachedExchange, CacheMode, ResponseCache } from '../cache/response-cache.ts'
import type { Robots } from '../robots/robots.ts'
import type { Transport } from '../transport/transport.ts'
import type { ExchangeRequest } from './exchange.ts'
import type { Followed } from './follow-redirects.ts'
import { followRedirects } from './follow-redirects.ts'

export interface PageRequest extends ExchangeRequest {
  readonly mode: CacheMode
  readonly respectRobots: boolean
  /**
   * Key of the caller whose private cache entries may be used. If undefined, only shared entries may be used.
   */
  readonly caller: string | undefined
  /** Key of the caller for limits per caller, such as its number of jobs in the sandbox. */
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
        // The URL is checked first, so that the cache does not return a response of a blocked URL.
        transport.checkUrl(url)
        if (respectRobots && (method === 'GET' || method === 'HEAD')) {
          await robots.check({ url, signal, callerKey })
        }
        return cache.exchange({ ...step, mode, caller })
      })
    },
  }
}
