import { McpError } from '@mcp/protocol'

import { callerOf } from '../cache/caller.ts'
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
    cacheStats(_params, { principal }) {
      // The statistics include the entries of other callers.
      if (principal !== undefined) throw forOperators()
      return {
        responses: responses.stats(),
        contents: contents.stats(),
        sitemaps: sitemaps.stats(),
        robots: robots.stats(),
      }
    },
    clearCache({ url }, { principal, sessionId }) {
      const filter = {
        ...(url !== undefined && { origin: readUrl(url).origin }),
        // An authenticated caller clears only its private entries, not the shared ones.
        ...(principal !== undefined && { caller: callerOf({ principal, sessionId }) }),
      }
      const caches = [responses, contents, sitemaps, robots]
      return { cleared: caches.reduce((sum, cache) => sum + cache.clear(filter), 0) }
    },
  }
}

function forOperators(): McpError {
  return new McpError(
    'forbidden',
    'Cache statistics are for operators. Call the server without a principal.',
  )
}
