import * as z from 'zod'

/** The most bytes of one answer that are read, after decompression. */
export const mostBytes = 16 * 1024 * 1024

/** The most characters in one page of content. */
export const mostCharacters = 262_144

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
      'Request headers, such as { "accept-language": "de" }. Not host, cookie, or what belongs to the connection.',
    )

export const timeoutParam = () =>
  z
    .int()
    .min(100)
    .max(120_000)
    .default(20_000)
    .describe('How long to try, in milliseconds: all redirects, the download and the reading.')

export const robotsParam = () =>
  z
    .boolean()
    .default(true)
    .describe('Whether to keep to the robots.txt of the site. Concerns GET and HEAD alone.')

/** What of a page is given, and as what. */
export const readingParams = () => ({
  format: z
    .enum(['markdown', 'text', 'html', 'json', 'bytes', 'links'])
    .default('markdown')
    .describe('What the content is turned into; bytes are given as base64.'),
  extract: z
    .union([
      z.enum(['article', 'full']),
      z.object({ selector: z.string().min(1).max(1000).describe('A CSS selector.') }),
    ])
    .default('article')
    .describe('Which part: the article without what surrounds it, everything, or a CSS selector.'),
})

/** Which part of a long content is given. */
export const pagingParams = (preset: number) => ({
  offset: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Where to go on: the nextOffset of the part before. It is not fetched again for that.',
    ),
  length: lengthParam(preset),
})

export const lengthParam = (preset: number) =>
  z
    .int()
    .min(1)
    .max(mostCharacters)
    .default(preset)
    .describe('The most characters of content to give.')

export const maxBytesParam = () =>
  z
    .int()
    .min(1)
    .max(mostBytes)
    .default(4 * 1024 * 1024)
    .describe('The most bytes to read, counted after decompression. What follows is cut off.')

export const cacheParam = () =>
  z
    .enum(['default', 'reload', 'no-store'])
    .default('default')
    .describe(
      'default: an answer that is still fresh is used again; reload: asks anew and keeps the answer; no-store: neither.',
    )

export const linkShape = () =>
  z.object({
    url: z.string(),
    text: z.string(),
    rel: z.string().optional(),
  })

const redirectShape = () => z.object({ status: z.int(), from: z.string(), to: z.string() })

/** What was found at the end of all redirects. */
export const answerShape = () => ({
  finalUrl: z.string(),
  status: z.int().describe('The HTTP status; 404 is a result as well.'),
  redirects: z.array(redirectShape()),
  fetchedAt: z.string(),
})

/** One part of what content was made of. */
export const contentShape = () => ({
  contentType: z.string(),
  charset: z.string().optional(),
  title: z.string().optional(),
  byline: z.string().optional(),
  language: z.string().optional(),
  content: z.string(),
  totalLength: z.int().describe('The characters of the whole content.'),
  nextOffset: z.int().optional().describe('The offset of the part after this one.'),
  links: z.array(linkShape()).optional().describe('With the format links: those of this part.'),
  note: z.string().optional().describe('What is good to know about the content.'),
  emptyReason: z.string().optional().describe('Why there is no content, where there is none.'),
})

export const pageShape = () =>
  z.object({
    ...answerShape(),
    ...contentShape(),
    truncated: z.boolean().describe('Whether the answer had more bytes than maxBytes.'),
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
