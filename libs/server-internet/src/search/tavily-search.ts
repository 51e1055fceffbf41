import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { askProvider } from './ask-provider.ts'
import type { GuardedResponse, SearchProvider } from './search-provider.ts'
import { toResults } from './search-results.ts'

export interface TavilySearchOptions {
  /** The API key. */
  readonly key: string
  /** Default: `https://api.tavily.com/search`. */
  readonly url?: string | undefined
}

const name = 'Tavily'
const mostResults = 20

const answerSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      // Known for news only.
      published_date: z.string().nullish(),
    }),
  ),
})

/** Tavily, a search engine made for language models. */
export function tavilySearch(options: TavilySearchOptions): SearchProvider {
  const { key, url = 'https://api.tavily.com/search' } = options
  return {
    id: 'tavily',
    async search(query, { signal, fetch }) {
      const { results } = await askProvider({
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
            max_results: Math.min(query.limit, mostResults),
            include_domains: query.site === undefined ? undefined : [query.site],
            time_range: query.recency,
          }),
          signal,
        },
        fetch,
        schema: answerSchema,
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

/** Statuses of Tavily's own: the plan, or the limit set for paying as one goes, is used up. */
function refusal({ status }: GuardedResponse): McpError | undefined {
  if (status !== 432 && status !== 433) return undefined
  return new McpError('rate-limited', `${name}: what the account may use is used up.`, {
    retryable: false,
    details: { reason: 'provider-quota' },
  })
}
