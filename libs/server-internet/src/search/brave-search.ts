import * as z from 'zod'

import { requestProvider, keyRefused, readBody } from './provider-request.ts'
import type { GuardedResponse, SearchProvider } from './search-provider.ts'
import { toResults, withSite } from './search-results.ts'

export interface BraveSearchOptions {
  /** The subscription token. */
  readonly key: string
  /** URL of the API. Default: `https://api.search.brave.com/res/v1/web/search`. */
  readonly url?: string | undefined
}

const name = 'Brave Search'
const maxResults = 20
const freshness = { day: 'pd', week: 'pw', month: 'pm', year: 'py' } as const

const responseSchema = z.object({
  // Absent if nothing was found.
  web: z
    .object({
      results: z.array(
        z.object({
          title: z.string().nullish(),
          url: z.string(),
          description: z.string().nullish(),
          page_age: z.string().nullish(),
        }),
      ),
    })
    .nullish(),
  type: z.literal('search'),
})

const refusalSchema = z.object({ error: z.object({ code: z.string() }) })

/** Creates a provider for the web index of Brave. */
export function braveSearch(options: BraveSearchOptions): SearchProvider {
  const { key, url = 'https://api.search.brave.com/res/v1/web/search' } = options
  return {
    id: 'brave',
    async search(query, { signal, fetch }) {
      const address = new URL(url)
      address.searchParams.set('q', withSite(query))
      address.searchParams.set('count', String(Math.min(query.limit, maxResults)))
      address.searchParams.set('text_decorations', 'false')
      address.searchParams.set('result_filter', 'web')
      if (query.recency !== undefined) {
        address.searchParams.set('freshness', freshness[query.recency])
      }
      const headers = { accept: 'application/json', 'x-subscription-token': key }
      const { web } = await requestProvider({
        name,
        url: address,
        request: { headers, signal },
        fetch,
        schema: responseSchema,
        refusal,
        retryAfterMs,
      })
      const pages = web?.results ?? []
      return toResults(
        pages.map(({ title, url: found, description: text, page_age: date }) => ({
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
 * Recognizes the response to an unknown key. It has the same status as the response to an invalid
 * query; only the error code in the body differs.
 */
function refusal(response: GuardedResponse) {
  if (response.status !== 422) return undefined
  const parsed = refusalSchema.safeParse(readBody(response))
  const isAboutKey = parsed.success && parsed.data.error.code.startsWith('SUBSCRIPTION_')
  return isAboutKey ? keyRefused(name, response.status) : undefined
}

/**
 * Returns the retry delay in milliseconds. Brave limits requests per second and per month, and reports
 * a reset time for each of these windows. The delay is the longest reset time of an exhausted window.
 */
function retryAfterMs(headers: Headers): number | undefined {
  const resets = readNumbers(headers.get('x-ratelimit-reset'))
  const remaining = readNumbers(headers.get('x-ratelimit-remaining'))
  const exhausted = resets.filter((_, at) => (remaining[at] ?? 0) <= 0)
  return exhausted.length === 0 ? undefined : Math.max(...exhausted) * 1_000
}

function readNumbers(list: string | null): number[] {
  const numbers = list?.split(',').slice(0, 10).map(Number) ?? []
  return numbers.every((value) => value >= 0) ? numbers : []
}
