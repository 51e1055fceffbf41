import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { requestProvider } from './provider-request.ts'
import type { GuardedResponse, SearchProvider } from './search-provider.ts'
import { toResults } from './search-results.ts'

export interface TavilySearchOptions {
  /** The API key. */
  readonly key: string
  /** URL of the API. Default: `https://api.tavily.com/search`. */
  readonly url?: string | undefined
}

const name = 'Tavily'
const maxResults = 20

const responseSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      // Present only for news.
      published_date: z.string().nullish(),
    }),
  ),
})

/** Creates a provider for Tavily, a search engine for language models. */
export function tavilySearch(options: TavilySearchOptions): SearchProvider {
  const { key, url = 'https://api.tavily.com/search' } = options
  return {
    id: 'tavily',
    async search(query, { signal, fetch }) {
      const { results } = await requestProvider({
        name,
        url: new URL(url),
        request: {
          method: 'POST',
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({
            query: query.query,
            search_depth: 'basic',
            max_results: Math.min(query.limit, maxResults),
            include_domains: query.site === undefined ? undefined : [query.site],
            time_range: query.recency,
          }),
          signal,
        },
        fetch,
        schema: responseSchema,
        refusal,
      })
      return toResults(
        results.map(({ title, url: found, content: text, published_date: date }) => ({
          title,
          url: found,
          text,
          date,
        })),
        query,
      )
    },
  }
}

/**
 * Recognizes Tavily's statuses for an exhausted plan (432) and an exhausted pay-as-you-go limit
 * (433).
 */
function refusal({ status }: GuardedResponse): McpError | undefined {
  if (status !== 432 && status !== 433) return undefined
  return new McpError('rate-limited', `The quota of the ${name} account is exhausted.`, {
    retryable: false,
    details: { reason: 'provider-quota' },
  })
}
