import * as z from 'zod'

import type { StandardErrorCode } from '@mcp/protocol'
import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  answerShape,
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

/** What reaching a site may end in. */
export const reachErrors = [
  'forbidden',
  'timeout',
  'upstream-error',
  'unavailable',
] as const satisfies readonly StandardErrorCode[]

/** What the internet server does with the page at an address. */
export const pageOperations = {
  fetch: operation({
    title: 'Fetch a page',
    description:
      'Fetches an address and gives what is there in a form to read: the article of a web page as Markdown, a PDF as text, JSON, or the bytes. Long content comes in parts.',
    params: () =>
      z.object({
        url: urlParam(),
        method: z
          .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
          .default('GET')
          .describe('The HTTP method. All but GET, HEAD and OPTIONS may change something there.'),
        headers: headersParam(),
        body: z
          .string()
          .max(1024 * 1024)
          .optional()
          .describe('The body to send; say what it is by the header content-type.'),
        ...readingParams(),
        ...pagingParams(32_768),
        maxBytes: maxBytesParam(),
        timeoutMs: timeoutParam(),
        cache: cacheParam(),
        respectRobots: robotsParam(),
      }),
    result: () => pageShape(),
    hints: { openWorld: true, destructive: true },
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
      'Fetches up to 20 addresses, a few at a time, and gives the beginning of each. One that fails stops no other.',
    params: () =>
      z.object({
        urls: z
          .array(urlParam())
          .min(1)
          .max(20)
          .describe('The addresses, each with http or https.'),
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
    description: 'Asks for the headers alone: whether it is there, what it is, how large, how old.',
    params: () =>
      z.object({
        url: urlParam(),
        headers: headersParam(),
        timeoutMs: timeoutParam(),
        respectRobots: robotsParam(),
      }),
    result: () =>
      z.object({
        ...answerShape(),
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
    description: 'Turns HTML that is at hand into something to read. Nothing is fetched.',
    params: () =>
      z.object({
        html: z
          .string()
          .max(2 * 1024 * 1024)
          .describe('The HTML.'),
        baseUrl: urlParam()
          .optional()
          .describe('Where it is from, by which relative links become whole.'),
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
    description: 'Fetches a page and lists the addresses it links to, each once, with its text.',
    params: () =>
      z.object({
        url: urlParam(),
        sameSite: z
          .boolean()
          .default(false)
          .describe('Whether only links to the same scheme, host and port are listed.'),
        ...listParams('address or text'),
        timeoutMs: timeoutParam(),
        cache: cacheParam(),
        respectRobots: robotsParam(),
      }),
    result: () => listResult(linkShape()).extend({ finalUrl: z.string(), truncated: z.boolean() }),
    hints: { readOnly: true, openWorld: true },
    errors: reachErrors,
    examples: [
      {
        title: 'Which pages does https://example.com/ link to?',
        params: { url: 'https://example.com/', sameSite: true },
      },
    ],
  }),
}
