import * as z from 'zod'

import type { StandardErrorCode } from '@mcp/protocol'
import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  responseShape,
  cacheParam,
  contentShape,
  headersParam,
  lengthParam,
  linkShape,
  maxBytesParam,
  outcomeShape,
  pageShape,
  pagingParams,
  readingParams,
  robotsParam,
  timeoutParam,
  urlParam,
} from './page-params.ts'

/** Error codes of the operations that send requests to a site. */
export const reachErrors = [
  'forbidden',
  'timeout',
  'upstream-error',
  'unavailable',
] as const satisfies readonly StandardErrorCode[]

/** Operations on the page at an address. */
export const pageOperations = {
  fetch: operation({
    title: 'Fetch a page',
    description:
      'Fetches an address and returns its content in readable form: the article of a web page as Markdown, a PDF as text, JSON, or the raw bytes. Long content is returned in parts.',
    params: () =>
      z.object({
        url: urlParam(),
        method: z
          .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
          .default('GET')
          .describe(
            'The HTTP method. Methods other than GET, HEAD and OPTIONS may change data on the site.',
          ),
        headers: headersParam(),
        body: z
          .string()
          .max(1024 * 1024)
          .optional()
          .describe('The request body. Set its type with the content-type header.'),
        ...readingParams(),
        ...pagingParams(32_768),
        maxBytes: maxBytesParam(),
        timeoutMs: timeoutParam(),
        cache: cacheParam(),
        respectRobots: robotsParam(),
      }),
    result: () => pageShape(),
    hints: { openWorld: true, destructive: true },
    core: true,
    errors: [...reachErrors, 'payload-too-large'],
    examples: [
      { title: 'Read the page https://example.com/', params: { url: 'https://example.com/' } },
      {
        title: 'Get the JSON at https://example.com/data.json',
        params: { url: 'https://example.com/data.json', format: 'json' },
      },
      {
        title: 'What is the main heading of https://example.com/?',
        params: { url: 'https://example.com/', format: 'text', extract: { selector: 'h1' } },
      },
      {
        title: 'Send a note to https://example.com/notes',
        params: {
          url: 'https://example.com/notes',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"text":"hello"}',
          format: 'json',
        },
      },
    ],
  }),
  fetchMany: operation({
    title: 'Fetch several pages',
    description:
      'Fetches up to 20 addresses, a few at a time, and returns the beginning of each. A failed fetch does not stop the others.',
    params: () =>
      z.object({
        urls: z.array(urlParam()).min(1).max(20).describe('The addresses, with http or https.'),
        ...readingParams(),
        length: lengthParam(8_192),
        maxBytes: maxBytesParam(),
        timeoutMs: timeoutParam(),
        cache: cacheParam(),
        respectRobots: robotsParam(),
      }),
    result: () => z.object({ results: z.array(outcomeShape()) }),
    hints: { readOnly: true, openWorld: true },
    examples: [
      {
        title: 'Read https://example.com/ and https://example.com/guide',
        params: { urls: ['https://example.com/', 'https://example.com/guide'] },
      },
    ],
  }),
  head: operation({
    title: 'Look at an address without fetching it',
    description:
      'Fetches only the headers of an address: whether it exists, its type, size and age.',
    params: () =>
      z.object({
        url: urlParam(),
        headers: headersParam(),
        timeoutMs: timeoutParam(),
        respectRobots: robotsParam(),
      }),
    result: () =>
      z.object({
        ...responseShape(),
        contentType: z.string().optional(),
        contentLength: z.int().optional(),
        lastModified: z.string().optional(),
        etag: z.string().optional(),
        headers: z.record(z.string(), z.string()),
      }),
    hints: { readOnly: true, openWorld: true },
    errors: reachErrors,
    examples: [
      {
        title: 'Is there anything at https://example.com/guide?',
        params: { url: 'https://example.com/guide' },
      },
    ],
  }),
  extract: operation({
    title: 'Extract from HTML',
    description: 'Converts given HTML into readable content. Nothing is fetched.',
    params: () =>
      z.object({
        html: z
          .string()
          .max(2 * 1024 * 1024)
          .describe('The HTML.'),
        baseUrl: urlParam()
          .optional()
          .describe('Address of the HTML, for resolving relative links.'),
        ...readingParams(),
        ...pagingParams(32_768),
      }),
    result: () => z.object(contentShape()),
    hints: { readOnly: true },
    errors: ['timeout', 'payload-too-large', 'unavailable'],
    examples: [
      {
        title: 'What does <h1>Hello</h1><p>World</p> look like as Markdown?',
        params: { html: '<h1>Hello</h1><p>World</p>', extract: 'full' },
      },
    ],
  }),
  links: operation({
    title: 'List the links of a page',
    description:
      'Fetches a page and lists the addresses that it links to, each once, with the link text.',
    params: () =>
      z.object({
        url: urlParam(),
        sameSite: z
          .boolean()
          .default(false)
          .describe('If true, only lists links to the same scheme, host and port.'),
        ...listParams('address or text'),
        timeoutMs: timeoutParam(),
        cache: cacheParam(),
        respectRobots: robotsParam(),
      }),
    result: () => listResult(linkShape()).extend({ finalUrl: z.string(), truncated: z.boolean() }),
    hints: { readOnly: true, openWorld: true },
    core: true,
    errors: reachErrors,
    examples: [
      {
        title: 'Which pages does https://example.com/ link to?',
        params: { url: 'https://example.com/', sameSite: true },
      },
    ],
  }),
}
