import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { urlParam } from './page-params.ts'

const storeShape = () =>
  z.object({
    entries: z.int(),
    bytes: z.int(),
    maxEntries: z.int(),
    maxBytes: z.int(),
    hits: z.int(),
    misses: z.int(),
    evictions: z.int(),
  })

/** Operations on the caches of the internet server. They are for operators. */
export const cacheOperations = {
  cacheStats: operation({
    title: 'Show the cache',
    description:
      'Returns the size and the hit rate of each cache. Not available to authenticated callers.',
    params: () => z.object({}),
    result: () =>
      z.object({
        responses: storeShape().describe('Responses of sites, cached by the rules of HTTP.'),
        contents: storeShape().describe('Extracted contents, kept for reading them in parts.'),
        sitemaps: storeShape().describe('Sitemaps, kept for reading them in parts.'),
        robots: storeShape().describe('The robots.txt of each site.'),
      }),
    hints: { readOnly: true },
    audience: 'operator',
    errors: ['forbidden'],
    examples: [{ title: 'How full is the cache of web pages?', params: {} }],
  }),
  clearCache: operation({
    title: 'Clear the cache',
    description:
      'Clears the caches, completely or for one site. An authenticated caller clears only its own entries.',
    params: () =>
      z.object({
        url: urlParam()
          .optional()
          .describe(
            'Clears only entries with the scheme, host and port of this address. Default: all entries.',
          ),
      }),
    result: () => z.object({ cleared: z.int() }),
    hints: { idempotent: true },
    audience: 'operator',
    examples: [
      { title: 'Forget every page that was fetched', params: {} },
      {
        title: 'Forget the pages of https://example.com/',
        params: { url: 'https://example.com/' },
      },
    ],
  }),
}
