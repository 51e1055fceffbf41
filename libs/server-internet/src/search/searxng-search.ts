import { unescape } from 'node:querystring'

import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { requestProvider } from './provider-request.ts'
import type { GuardedResponse, SearchProvider } from './search-provider.ts'
import { toResults, withSite } from './search-results.ts'

export interface SearxngSearchOptions {
  /** URL of the instance, such as `http://searxng.internal:8080/`, optionally with `name:password@`. */
  readonly url: string
}

const name = 'SearXNG'

const responseSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      publishedDate: z.string().nullish(),
    }),
  ),
})

/**
 * Creates a provider for a SearXNG instance, which queries other search engines. The format `json` of the
 * instance must be enabled.
 */
export function searxngSearch({ url }: SearxngSearchOptions): SearchProvider {
  return {
    id: 'searxng',
    async search(query, { signal, fetch }) {
      const address = new URL('search', url.endsWith('/') ? url : `${url}/`)
      address.searchParams.set('q', withSite(query))
      address.searchParams.set('format', 'json')
      if (query.recency !== undefined) address.searchParams.set('time_range', query.recency)
      const headers = { accept: 'application/json', ...takeCredentials(address) }
      const { results } = await requestProvider({
        name,
        url: address,
        request: { headers, signal },
        fetch,
        schema: responseSchema,
        refusal,
      })
      return toResults(
        results.map(({ title, url: found, content: text, publishedDate: date }) => ({
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
 * Moves the user name and password of a URL to a header, because the guard refuses URLs with
 * credentials.
 */
function takeCredentials(address: URL): { readonly authorization?: string } {
  const { username, password } = address
  if (username === '' && password === '') return {}
  address.username = ''
  address.password = ''
  const credentials = `${unescape(username)}:${unescape(password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/**
 * Recognizes the statuses 403 and 401. They do not mean a rejected API key, because SearXNG has no keys. An
 * instance whose format `json` is not enabled responds with 403. A proxy in front of the instance responds with
 * 401 if the user name or the password is wrong.
 */
function refusal({ status }: GuardedResponse): McpError | undefined {
  if (status === 401) {
    return new McpError(
      'upstream-error',
      `${name} rejected the user name and password (HTTP 401). Set them in the URL: https://name:password@host/.`,
      { retryable: false, details: { reason: 'provider-auth' } },
    )
  }
  if (status !== 403) return undefined
  return new McpError(
    'upstream-error',
    `${name} does not return JSON (HTTP 403). Add "json" to search.formats in its settings.yml.`,
    { retryable: false, details: { reason: 'provider-configuration' } },
  )
}
