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

/** What the internet server keeps of what it fetched. */
export const cacheOperations = {
  cacheStats: operation({
    title: 'Show the cache',
    description: 'Says how much is kept of what was fetched, and how often that was of use.',
    params: () => z.object({}),
    result: () =>
      z.object({
        responses: storeShape().describe('Answers of sites, as HTTP lets them be kept.'),
        contents: storeShape().describe('Long contents, for those who read them part by part.'),
        sitemaps: storeShape().describe('Sitemaps, for those who read them part by part.'),
        robots: storeShape().describe('What robots.txt of each site says.'),
      }),
    hints: { readOnly: true },
    audience: 'operator',
    examples: [{ title: 'How full is the cache of web pages?', params: {} }],
  }),
  clearCache: operation({
    title: 'Clear the cache',
    description: 'Forgets what was fetched: all of it, or what is from one site.',
    params: () =>
      z.object({
        url: urlParam()
          .optional()
          .describe('Only what is from the scheme, host and port of this address.'),
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
