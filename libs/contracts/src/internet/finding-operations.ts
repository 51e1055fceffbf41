import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import { reachErrors } from './page-operations.ts'
import { robotsParam, timeoutParam, urlParam } from './page-params.ts'

/** Operations that find addresses and check whether robots may fetch them. */
export const findingOperations = {
  search: operation({
    title: 'Search the web',
    description: 'Searches the web with a search engine that the operator has configured.',
    params: () =>
      z.object({
        query: z.string().trim().min(1).max(400).describe('The search query.'),
        limit: z.int().min(1).max(20).default(10).describe('Maximum number of results.'),
        site: z
          .string()
          .regex(/^[\p{L}\p{N}.-]+$/u, 'must be a host such as example.com')
          .max(253)
          .optional()
          .describe('Returns only pages on this host, such as example.com.'),
        recency: z
          .enum(['day', 'week', 'month', 'year'])
          .optional()
          .describe('Returns only pages that were published within this period.'),
        provider: z
          .string()
          .min(1)
          .max(64)
          .optional()
          .describe(
            'The search engine: brave, tavily or searxng. Default: the first one configured.',
          ),
      }),
    result: () =>
      z.object({
        results: z.array(
          z.object({
            title: z.string(),
            url: z.string(),
            snippet: z.string(),
            publishedAt: z.string().optional(),
          }),
        ),
        provider: z.string(),
      }),
    hints: { readOnly: true, openWorld: true },
    core: true,
    errors: [...reachErrors, 'rate-limited'],
    examples: [
      {
        title: 'Search the web for the model context protocol',
        params: { query: 'model context protocol', limit: 3 },
      },
      {
        title: 'What did example.com publish about releases this month?',
        params: { query: 'releases', site: 'example.com', recency: 'month' },
      },
    ],
  }),
  checkRobots: operation({
    title: 'Check robots.txt',
    description: 'Checks whether the robots.txt of a site allows fetching an address.',
    params: () =>
      z.object({
        url: urlParam(),
        userAgent: z
          .string()
          .min(1)
          .max(256)
          .optional()
          .describe('User agent to check. Default: the user agent of this server.'),
        timeoutMs: timeoutParam(),
      }),
    result: () =>
      z.object({
        allowed: z.boolean(),
        reason: z
          .enum(['allowed-by-rule', 'disallowed-by-rule', 'no-robots-file', 'robots-unavailable'])
          .describe(
            'robots-unavailable: robots.txt could not be read, so the address is not allowed.',
          ),
        robotsUrl: z.string(),
        userAgent: z.string(),
        line: z.int().optional().describe('Line of the matching rule, counted from 1.'),
        crawlDelaySeconds: z.number().optional(),
        sitemaps: z.array(z.string()),
      }),
    hints: { readOnly: true, openWorld: true },
    errors: reachErrors,
    examples: [
      {
        title: 'May robots read https://example.com/private/?',
        params: { url: 'https://example.com/private/' },
      },
    ],
  }),
  sitemap: operation({
    title: 'Read a sitemap',
    description:
      'Lists the addresses in the sitemap of a site. The url is a sitemap or any page of the site. For a page, the sitemaps that robots.txt names are read. If it names none, /sitemap.xml is read.',
    params: () =>
      z.object({
        url: urlParam(),
        ...listParams('address'),
        timeoutMs: timeoutParam(),
        respectRobots: robotsParam(),
      }),
    result: () =>
      listResult(
        z.object({
          url: z.string(),
          lastModified: z.string().optional(),
          changeFrequency: z.string().optional(),
          priority: z.number().optional(),
        }),
      ).extend({
        sitemaps: z.array(z.string()).describe('Sitemaps that were read.'),
        failed: z
          .array(z.object({ url: z.string(), message: z.string() }))
          .describe('Sitemaps that could not be read.'),
        truncated: z.boolean().describe('Whether there are more addresses than were read.'),
      }),
    hints: { readOnly: true, openWorld: true },
    errors: [...reachErrors, 'not-found'],
    examples: [
      {
        title: 'Which pages are in the sitemap of https://example.com/?',
        params: { url: 'https://example.com/' },
      },
    ],
  }),
}
