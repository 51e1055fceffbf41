import type { ClearableCache } from '../cache/expiring-cache.ts'
import type { InternetHandlers } from './page-operations.ts'
import { readUrl } from './read-url.ts'

export interface CacheOperationsParts {
  readonly responses: ClearableCache
  readonly contents: ClearableCache
  readonly sitemaps: ClearableCache
  readonly robots: ClearableCache
}

/** Creates the handlers that return cache statistics and clear the caches. */
export function createCacheOperations(
  parts: CacheOperationsParts,
): Pick<InternetHandlers, 'cacheStats' | 'clearCache'> {
  const { responses, contents, sitemaps, robots } = parts

  return {
    cacheStats: () => ({
      responses: responses.stats(),
      contents: contents.stats(),
      sitemaps: sitemaps.stats(),
      robots: robots.stats(),
    }),
    clearCache({ url }) {
      const filter = url === undefined ? {} : { origin: readUrl(url).origin }
      const caches = [responses, contents, sitemaps, robots]
      return { cleared: caches.reduce((sum, cache) => sum + cache.clear(filter), 0) }
    },
  }
}
