/** Maximum age of a result. */
export type Recency = 'day' | 'week' | 'month' | 'year'

export interface SearchQuery {
  readonly query: string
  /** Maximum number of results; a provider may return fewer. */
  readonly limit: number
  /** Host name of the pages to return. Default: any host. */
  readonly site?: string | undefined
  readonly recency?: Recency | undefined
}

export interface SearchResult {
  readonly title: string
  readonly url: string
  /** Plain text, without markup. */
  readonly snippet: string
  /** Publication date in ISO 8601, if the provider reports it. */
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
  /** The decoded body, truncated to the maximum size. */
  readonly bytes: Uint8Array
}

/**
 * Sends one request to a public or allowed host. Resolves for a response with any status. Rejects with
 * an `McpError` if there is no response.
 */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<GuardedResponse>

/** A search engine. Implement `search` to add an engine. */
export interface SearchProvider {
  /** Value of the parameter `provider` that selects this engine. */
  readonly id: string
  search(
    query: SearchQuery,
    options: { readonly signal: AbortSignal; readonly fetch: GuardedFetch },
  ): Promise<SearchResult[]>
}
