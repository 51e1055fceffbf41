import { braveSearch } from './brave-search.ts'
import type { SearchProvider } from './search-provider.ts'
import { searxngSearch } from './searxng-search.ts'
import { tavilySearch } from './tavily-search.ts'

/** Which search engines there are. The first that is configured is asked by default. */
export interface SearchOptions {
  /** The key of an account with Brave Search. */
  readonly braveApiKey?: string | undefined
  /** The key of an account with Tavily. */
  readonly tavilyApiKey?: string | undefined
  /** A SearXNG of the operator's own, which may be on a private host. */
  readonly searxngUrl?: string | undefined
  /** Search engines of your own, which come first. Default: none. */
  readonly providers?: readonly SearchProvider[] | undefined
}

/** The search engines that can be asked, in the order of preference. */
export function configuredProviders(options: SearchOptions): SearchProvider[] {
  const { braveApiKey, tavilyApiKey, searxngUrl, providers = [] } = options
  return [
    ...providers,
    ...(braveApiKey === undefined ? [] : [braveSearch({ key: braveApiKey })]),
    ...(tavilyApiKey === undefined ? [] : [tavilySearch({ key: tavilyApiKey })]),
    ...(searxngUrl === undefined ? [] : [searxngSearch({ url: searxngUrl })]),
  ]
}
