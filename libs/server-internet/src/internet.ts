import { callerOf } from './cache/caller.ts'
import { createExpiringCache } from './cache/expiring-cache.ts'
import { createResponseCache } from './cache/response-cache.ts'
import { createExtractor } from './extraction/extractor.ts'
import { exchangeOnce } from './http/exchange-once.ts'
import type { ExchangeRequest } from './http/exchange.ts'
import { createFetchSemaphore } from './http/fetch-semaphore.ts'
import { createPageFetcher } from './http/page-fetcher.ts'
import type { InternetOptions } from './internet-options.ts'
import { createInternetSandbox } from './internet-sandbox.ts'
import { createCacheOperations } from './operations/cache-operations.ts'
import { createDiscoveryOperations } from './operations/discovery-operations.ts'
import type { InternetHandlers } from './operations/page-operations.ts'
import { createPageOperations } from './operations/page-operations.ts'
import type { ReadPage } from './operations/page-reader.ts'
import { createPageReader } from './operations/page-reader.ts'
import { createSearchFetch } from './operations/search-fetch.ts'
import { createRobots } from './robots/robots.ts'
import { configuredProviders } from './search/configured-providers.ts'
import type { CollectedSitemap } from './sitemap/collect-sitemap.ts'
import { parseAllowedHosts } from './transport/allowed-hosts.ts'
import { createTransport } from './transport/transport.ts'

/** The handlers of the operations, and the functions that release their resources. */
export interface Internet {
  readonly handlers: InternetHandlers
  /** Removes the cached entries of a session. */
  sessionClosed(sessionId: string): void
  close(): Promise<void>
}

const mebibyte = 1024 * 1024
const robotsLimits = { maxEntries: 500, maxBytes: 8 * mebibyte }

/**
 * Creates the handlers and all resources that they use. Importing this module loads all libraries, so
 * `internetServer` imports it only on the first call.
 */
export function createInternet(options: InternetOptions): Internet {
  const { allowedHosts = [], proxy, caFile, resolve, search = {} } = options
  const {
    userAgent = 'mcp-internet/0.1',
    cacheBytes = 64 * mebibyte,
    maxConcurrentFetches = 8,
  } = options
  const network = { proxy, caFile, resolve }
  const transport = createTransport({ ...network, allowed: parseAllowedHosts(allowedHosts) })
  const { searxngUrl } = search
  const searchFetch = createSearchFetch({ ...network, allowedHosts, searxngUrl, userAgent })
  const exchange = (request: ExchangeRequest) => exchangeOnce(transport, request)
  const sandbox = createInternetSandbox(options.sandbox)
  const extractor = createExtractor(sandbox)
  const cache = createResponseCache({ maxEntries: 1_000, maxBytes: cacheBytes }, exchange)
  const robots = createRobots(robotsLimits, { exchange, sandbox, userAgent })
  const pagedLimits = { maxEntries: 200, maxBytes: cacheBytes / 2 }
  const contents = createExpiringCache<ReadPage>(pagedLimits)
  const sitemaps = createExpiringCache<CollectedSitemap>(pagedLimits)
  const fetcher = createPageFetcher({ transport, robots, cache, userAgent })
  const semaphore = createFetchSemaphore(maxConcurrentFetches)
  const reader = createPageReader({ fetcher, extractor, contents, semaphore })

  return {
    handlers: {
      ...createPageOperations({ reader, fetcher, extractor, semaphore }),
      ...createDiscoveryOperations({
        providers: configuredProviders(search),
        searchFetch: searchFetch.fetch,
        robots,
        fetcher,
        sandbox,
        semaphore,
        sitemaps,
        userAgent,
      }),
      ...createCacheOperations({ responses: cache, contents, sitemaps, robots }),
    },
    sessionClosed(sessionId) {
      const caller = callerOf({ sessionId, principal: undefined })
      if (caller === undefined) return
      for (const each of [cache, contents, sitemaps]) each.clear({ caller })
    },
    async close() {
      await Promise.all([transport.close(), searchFetch.close(), extractor.close()])
    },
  }
}
