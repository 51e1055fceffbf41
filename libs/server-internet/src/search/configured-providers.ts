import { braveSearch } from './brave-search.ts'
import type { SearchProvider } from './search-provider.ts'
import { searxngSearch } from './searxng-search.ts'
import { tavilySearch } from './tavily-search.ts'

/** The search engines. A search uses the first configured engine, unless it names another one. */
export interface SearchOptions {
  /** API key of Brave Search. */
  readonly braveApiKey?: string | undefined
  /** API key of Tavily. */
  readonly tavilyApiKey?: string | undefined
  /** URL of a SearXNG instance, which may be on a private host. */
  readonly searxngUrl?: string | undefined
  /** Additional search engines. They take precedence over the engines above. Default: none. */
  readonly providers?: readonly SearchProvider[] | undefined
}

/** Returns the configured search engines in order of preference. */
export function configuredProviders(options: SearchOptions): SearchProvider[] {
  const { braveApiKey, tavilyApiKey, searxngUrl, providers = [] } = options
  return [
    ...providers,
    ...(braveApiKey === undefined ? [] : [braveSearch({ key: braveApiKey })]),
    ...(tavilyApiKey === undefined ? [] : [tavilySearch({ key: tavilyApiKey })]),
    ...(searxngUrl === undefined ? [] : [searxngSearch({ url: searxngUrl })]),
  ]
}
