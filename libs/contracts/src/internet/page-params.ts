import * as z from 'zod'

/** Maximum number of bytes to read from one response, after decompression. */
export const maxResponseBytes = 16 * 1024 * 1024

/** Maximum number of characters in one part of the content. */
export const maxContentLength = 262_144

export const urlParam = () =>
  z
    .string()
    .min(1)
    .max(8192)
    .describe('An address with http or https, such as https://example.com/.')

export const headersParam = () =>
  z
    .record(z.string().max(256), z.string().max(8192))
    .optional()
    .describe(
      'Request headers, such as { "accept-language": "de" }. Not allowed: host, cookie and connection headers.',
    )

export const timeoutParam = () =>
  z
    .int()
    .min(100)
    .max(120_000)
    .default(20_000)
    .describe('Timeout in milliseconds, including all redirects, the download and the extraction.')

export const robotsParam = () =>
  z
    .boolean()
    .default(true)
    .describe('If true, obeys the robots.txt of the site. Applies to GET and HEAD only.')

/** Parameters for the part of a page to return, and for its format. */
export const readingParams = () => ({
  format: z
    .enum(['markdown', 'text', 'html', 'json', 'bytes', 'links'])
    .default('markdown')
    .describe('Format of the content. "bytes" is base64.'),
  extract: z
    .union([
      z.enum(['article', 'full']),
      z.object({ selector: z.string().min(1).max(1000).describe('A CSS selector.') }),
    ])
    .default('article')
    .describe(
      'Part of the page: only the article, the full page, or the elements of a CSS selector.',
    ),
})

/** Parameters for the part of long content to return. */
export const pagingParams = (preset: number) => ({
  offset: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Start of this part: the nextOffset of the previous part. While the content is cached, the page is not fetched again.',
    ),
  length: lengthParam(preset),
})

export const lengthParam = (preset: number) =>
  z
    .int()
    .min(1)
    .max(maxContentLength)
    .default(preset)
    .describe('Maximum number of characters to return.')

export const maxBytesParam = () =>
  z
    .int()
    .min(1)
    .max(maxResponseBytes)
    .default(4 * 1024 * 1024)
    .describe('Maximum number of bytes to read, after decompression. The rest is cut off.')

export const cacheParam = () =>
  z
    .enum(['default', 'reload', 'no-store'])
    .default('default')
    .describe(
      'default: reuses a fresh cached response; reload: fetches again and caches the response; no-store: fetches again without caching the response.',
    )

export const linkShape = () =>
  z.object({
    url: z.string(),
    text: z.string(),
    rel: z.string().optional(),
  })

const redirectShape = () => z.object({ status: z.int(), from: z.string(), to: z.string() })

/** Fields of the response after all redirects. */
export const responseShape = () => ({
  finalUrl: z.string(),
  status: z.int().describe('The HTTP status. A status such as 404 is a result, not an error.'),
  redirects: z.array(redirectShape()),
  fetchedAt: z.string(),
})

/** Fields of one part of the extracted content. */
export const contentShape = () => ({
  contentType: z.string(),
  charset: z.string().optional(),
  title: z.string().optional(),
  byline: z.string().optional(),
  language: z.string().optional(),
  content: z.string(),
  totalLength: z.int().describe('Number of characters of the whole content.'),
  nextOffset: z.int().optional().describe('Offset of the next part. Absent in the last part.'),
  links: z.array(linkShape()).optional().describe('Links of this part, with the format "links".'),
  note: z.string().optional().describe('Remark on the content.'),
  emptyReason: z.string().optional().describe('Reason for empty content.'),
})

export const pageShape = () =>
  z.object({
    ...responseShape(),
    ...contentShape(),
    truncated: z.boolean().describe('Whether the response was longer than maxBytes.'),
    cache: z.enum(['miss', 'hit', 'revalidated', 'bypass']),
  })

export const outcomeShape = () =>
  z.discriminatedUnion('status', [
    z.object({ url: z.string(), status: z.literal('success'), result: pageShape() }),
    z.object({
      url: z.string(),
      status: z.literal('error'),
      error: z.object({
        code: z.string(),
        message: z.string(),
        retryable: z.boolean(),
        details: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  ])
