import { unescape } from 'node:querystring'

import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { askProvider } from './ask-provider.ts'
import type { GuardedResponse, SearchProvider } from './search-provider.ts'
import { toResults, withSite } from './search-results.ts'

export interface SearxngSearchOptions {
  /** Where the instance is, such as `http://searxng.internal:8080/`; `http://name:password@…` behind one. */
  readonly url: string
}

const name = 'SearXNG'

const answerSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      publishedDate: z.string().nullish(),
    }),
  ),
})

/** A SearXNG instance, which asks other engines. Its format `json` must be enabled. */
export function searxngSearch({ url }: SearxngSearchOptions): SearchProvider {
  return {
    id: 'searxng',
    async search(query, { signal, fetch }) {
      const address = new URL('search', url.endsWith('/') ? url : `${url}/`)
      address.searchParams.set('q', withSite(query))
      address.searchParams.set('format', 'json')
      if (query.recency !== undefined) address.searchParams.set('time_range', query.recency)
      const headers = { accept: 'application/json', ...takeCredentials(address) }
      const { results } = await askProvider({
        name,
        url: address,
        request: { headers, signal },
        fetch,
        schema: answerSchema,
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

/** Moves the user name and password of an address into the header for them: addresses with any are refused. */
function takeCredentials(address: URL): { readonly authorization?: string } {
  const { username, password } = address
  if (username === '' && password === '') return {}
  address.username = ''
  address.password = ''
  const said = `${unescape(username)}:${unescape(password)}`
  return { authorization: `Basic ${Buffer.from(said).toString('base64')}` }
}

/** An instance that does not give JSON says so with the status of a key that is refused; it takes none. */
function refusal({ status }: GuardedResponse): McpError | undefined {
  if (status !== 403) return undefined
  return new McpError(
    'upstream-error',
    `${name} does not give JSON (HTTP 403). Add "json" to search.formats in its settings.yml.`,
    { retryable: false, details: { reason: 'provider-configuration' } },
  )
}
