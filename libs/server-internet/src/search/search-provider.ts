/** How old a result may be. */
export type Recency = 'day' | 'week' | 'month' | 'year'

export interface SearchQuery {
  readonly query: string
  /** The most results wanted; a provider may give fewer. */
  readonly limit: number
  /** A host name the results are limited to. */
  readonly site?: string | undefined
  readonly recency?: Recency | undefined
}

export interface SearchResult {
  readonly title: string
  readonly url: string
  /** Plain text, without markup. */
  readonly snippet: string
  /** ISO 8601, where the provider says when. */
  readonly publishedAt?: string
}

export interface GuardedRequest {
  readonly method?: 'GET' | 'POST' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

export interface GuardedResponse {
  readonly status: number
  readonly headers: Headers
  /** Decoded, and within the limit of whoever made the function. */
  readonly bytes: Uint8Array
}

/** Makes one request to where the guard lets it go. Rejects with `McpError`, never for a status. */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<GuardedResponse>

/** A search engine. Implement this function to add one. */
export interface SearchProvider {
  /** The name by which the parameter `provider` asks for it. */
  readonly id: string
  search(
    query: SearchQuery,
    options: { readonly signal: AbortSignal; readonly fetch: GuardedFetch },
  ): Promise<SearchResult[]>
}
