import type { Semaphore } from '@mcp/concurrency'
import type { HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { invalidParam, pageItems } from '@mcp/server'
import type { Sandbox } from '@mcp/sandbox'

import { callerOf } from '../cache/caller.ts'
import type { ExpiringCache } from '../cache/expiring-cache.ts'

import type { PageFetcher } from '../http/page-fetcher.ts'
import type { Robots } from '../robots/robots.ts'
import type { GuardedFetch, SearchProvider } from '../search/search-provider.ts'
import type { CollectedSitemap, FetchedSitemap } from '../sitemap/collect-sitemap.ts'
import { collectSitemap } from '../sitemap/collect-sitemap.ts'
import type { InternetHandlers } from './page-operations.ts'
import { readUrl } from './read-url.ts'
import { withinDeadline } from './within-deadline.ts'

type DiscoveryHandlers = Pick<InternetHandlers, 'search' | 'checkRobots' | 'sitemap'>

export interface DiscoveryOperationsParts {
  readonly providers: readonly SearchProvider[]
  /** Sends the requests of search providers. */
  readonly searchFetch: GuardedFetch
  readonly robots: Robots
  readonly fetcher: PageFetcher
  readonly sandbox: Sandbox
  readonly semaphore: Semaphore
  /** Collected sitemaps, cached because callers request the list of URLs page by page. */
  readonly sitemaps: ExpiringCache<CollectedSitemap>
  readonly userAgent: string
}

const sitemapTtlMs = 10 * 60 * 1000

/** Creates the handlers that find URLs and check whether robots.txt allows them. */
export function createDiscoveryOperations(parts: DiscoveryOperationsParts): DiscoveryHandlers {
  const { providers, searchFetch, robots, fetcher, sandbox, semaphore, sitemaps } = parts
  const { userAgent } = parts

  async function collect(
    url: URL,
    respectRobots: boolean,
    context: HandlerContext,
    signal: AbortSignal,
  ): Promise<CollectedSitemap> {
    const { callerKey } = context
    const isSitemap = /\.(?:xml|gz|txt)$|sitemap/i.test(url.pathname)
    const listed = isSitemap
      ? [url.href]
      : (await robots.decide({ url, signal, callerKey })).sitemaps
    const urls = listed.filter((sitemap) => URL.canParse(sitemap))
    return collectSitemap({
      urls: urls.length > 0 ? urls : [new URL('/sitemap.xml', url).href],
      sandbox,
      signal,
      callerKey,
      async fetch(sitemap, maxBytes): Promise<FetchedSitemap> {
        const { response } = await fetcher.fetch({
          url: sitemap,
          method: 'GET',
          headers: { accept: 'application/xml, text/xml, text/plain;q=0.8, */*;q=0.5' },
          maxBytes,
          mode: 'default',
          respectRobots,
          caller: callerOf(context),
          callerKey,
          signal,
        })
        return response
      },
    })
  }

  return {
    async search({ provider, ...query }, context) {
      context.markUntrusted()
      const chosen = choose(providers, provider)
      const { signal } = context
      const found = await semaphore.run(
        () => chosen.search(query, { signal, fetch: searchFetch }),
        signal,
        context.callerKey,
      )
      return { results: found.slice(0, query.limit), provider: chosen.id }
    },
    async checkRobots({ url: address, userAgent: robot = userAgent, timeoutMs }, context) {
      context.markUntrusted()
      const url = readUrl(address)
      const { callerKey } = context
      const decision = await withinDeadline({ url, timeoutMs, signal: context.signal }, (signal) =>
        semaphore.run(
          () => robots.decide({ url, userAgent: robot, signal, callerKey }),
          signal,
          callerKey,
        ),
      )
      return { ...decision, sitemaps: [...decision.sitemaps], userAgent: robot }
    },
    async sitemap({ url: address, query = '', cursor, limit, timeoutMs, respectRobots }, context) {
      context.markUntrusted()
      const url = readUrl(address)
      const caller = callerOf(context)
      const key = JSON.stringify([caller, respectRobots, url.href])
      const cached = cursor === undefined ? undefined : sitemaps.get(key)
      const collected =
        cached ??
        (await withinDeadline({ url, timeoutMs, signal: context.signal }, (signal) =>
          semaphore.run(
            () => collect(url, respectRobots, context, signal),
            signal,
            context.callerKey,
          ),
        ))
      if (cached === undefined && caller !== undefined) {
        sitemaps.set(key, collected, {
          origin: url.origin,
          caller,
          bytes: sizeOf(collected),
          ttlMs: sitemapTtlMs,
        })
      }
      const search = query.toLowerCase()
      const matching = collected.entries.filter((entry) => entry.url.toLowerCase().includes(search))
      const { truncated } = collected
      return {
        ...pageItems(matching, { cursor, limit }, (entry) => entry.url),
        sitemaps: [...collected.sitemaps],
        failed: [...collected.failed],
        truncated,
      }
    },
  }
}

function choose(
  providers: readonly SearchProvider[],
  providerId: string | undefined,
): SearchProvider {
  const [first] = providers
  if (first === undefined) {
    throw new McpError(
      'unavailable',
      'No search engine is configured. Set BRAVE_API_KEY, TAVILY_API_KEY or SEARXNG_URL.',
      { retryable: false, details: { reason: 'no-search-provider' } },
    )
  }
  if (providerId === undefined) return first
  const chosen = providers.find(({ id }) => id === providerId)
  if (chosen !== undefined) return chosen
  const configured = providers.map(({ id }) => id).join(', ')
  throw invalidParam('provider', `"${providerId}" is not configured; available: ${configured}`)
}

function sizeOf({ entries }: CollectedSitemap): number {
  return entries.reduce((sum, { url }) => sum + url.length * 2 + 200, 1024)
}
