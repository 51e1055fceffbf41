export type { Resolve } from './transport/host-guard.ts'
export type { ProxyOptions } from './transport/proxy-rules.ts'
export { internetServer } from './internet-server.ts'
export type { InternetServerOptions } from './internet-server.ts'
export type { SearchOptions } from './search/configured-providers.ts'
export type {
  GuardedFetch,
  GuardedRequest,
  GuardedResponse,
  Recency,
  SearchProvider,
  SearchQuery,
  SearchResult,
} from './search/search-provider.ts'
