import type { CacheStats } from '../cache/bounded-cache.ts'
import type { InternetHandlers } from './page-operations.ts'
import { readUrl } from './read-url.ts'

/** What each of the caches can do for an operator. */
export interface ClearableCache {
  /** Forgets all, or what is from one origin; gives how much. */
  clear(origin?: string): number
  stats(): CacheStats
}

export interface CacheOperationsParts {
  readonly responses: ClearableCache
  readonly contents: ClearableCache
  readonly sitemaps: ClearableCache
  readonly robots: ClearableCache
}

/** The operations on what was kept. */
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
      const origin = url === undefined ? undefined : readUrl(url).origin
      const caches = [responses, contents, sitemaps, robots]
      return { cleared: caches.reduce((sum, cache) => sum + cache.clear(origin), 0) }
    },
  }
}
