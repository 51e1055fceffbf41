import type { internet } from '@mcp/contracts/internet'
import type { HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { pageItems } from '@mcp/server'

import { callerOf } from '../cache/caller.ts'
import type { ExtractedLink } from '../extraction/extraction.ts'
import type { Extractor } from '../extraction/extractor.ts'
import { headerOf } from '../http/exchange.ts'
import { createLimiter } from '../http/limiter.ts'
import type { PageFetcher } from '../http/page-fetcher.ts'
import { readRequestHeaders } from '../http/request-headers.ts'
import { contentPart } from './content-part.ts'
import type { PageReader, Reading, ReadPage } from './page-reader.ts'
import { readUrl } from './read-url.ts'
import { withinDeadline } from './within-deadline.ts'

export type InternetHandlers = Handlers<typeof internet>

type PageHandlers = Pick<InternetHandlers, 'fetch' | 'fetchMany' | 'head' | 'extract' | 'links'>

export interface PageOperationsParts {
  readonly reader: PageReader
  readonly fetcher: PageFetcher
  readonly extractor: Extractor
}

// Of one fetchMany, so that it leaves room for others.
const mostAtOnce = 4

const linksReading = {
  format: 'links',
  extract: 'full',
  maxBytes: 4 * 1024 * 1024,
} as const

/** The operations on the page at an address. */
export function createPageOperations(parts: PageOperationsParts): PageHandlers {
  const { reader, fetcher, extractor } = parts

  async function readPart(
    reading: Omit<Reading, 'isContinued'>,
    range: { readonly offset: number; readonly length: number },
    context: HandlerContext,
  ) {
    const isContinued = range.offset > 0
    const { extraction, ...page } = await reader.read({ ...reading, isContinued }, context)
    return { ...page, ...contentPart(extraction, range) }
  }

  return {
    fetch({ offset, length, ...reading }, context) {
      context.markUntrusted()
      return readPart(reading, { offset, length }, context)
    },
    async fetchMany({ urls, length, ...reading }, context) {
      context.markUntrusted()
      const { signal } = context
      const limiter = createLimiter(mostAtOnce, urls.length)
      let done = 0

      async function readOne(url: string) {
        try {
          const part = () => readPart({ ...reading, url }, { offset: 0, length }, context)
          return { url, status: 'success' as const, result: await limiter.run(part, signal) }
        } catch (thrown) {
          signal.throwIfAborted()
          const { details, ...error } = McpError.from(thrown).toBody()
          return {
            url,
            status: 'error' as const,
            error: details === undefined ? error : { ...error, details: { ...details } },
          }
        } finally {
          done += 1
          context.progress({ progress: done, total: urls.length })
        }
      }

      return { results: await Promise.all(urls.map(readOne)) }
    },
    async head({ url: address, headers, timeoutMs, respectRobots }, context) {
      context.markUntrusted()
      const url = readUrl(address)
      const given = readRequestHeaders(headers)
      const method = 'HEAD'
      const found = await withinDeadline(
        { url, method, timeoutMs, signal: context.signal },
        (signal) =>
          fetcher.fetch({
            url,
            method,
            headers: { accept: '*/*', ...given },
            maxBytes: 0,
            mode: 'no-store',
            respectRobots,
            caller: callerOf(context),
            signal,
          }),
      )
      return {
        finalUrl: found.url.href,
        redirects: [...found.redirects],
        ...headFacts(found.answer),
      }
    },
    async extract({ html, baseUrl, format, extract, offset, length }, context) {
      context.markUntrusted()
      const url = baseUrl === undefined ? 'about:blank' : readUrl(baseUrl, 'baseUrl').href
      const request = {
        bytes: new TextEncoder().encode(html),
        contentType: 'text/html; charset=utf-8',
        url,
        format,
        extract,
      }
      const extraction = await extractor.extract(request, { signal: context.signal })
      return contentPart(extraction, { offset, length })
    },
    async links({ query = '', cursor, limit, sameSite, ...reading }, context) {
      context.markUntrusted()
      const isContinued = cursor !== undefined
      const page = await reader.read({ ...reading, ...linksReading, isContinued }, context)
      const { finalUrl, truncated } = page
      const links = listLinks(page, { query: query.toLowerCase(), sameSite })
      return { ...pageItems(links, { cursor, limit }, ({ url }) => url), finalUrl, truncated }
    },
  }
}

function headFacts(answer: Awaited<ReturnType<PageFetcher['fetch']>>['answer']) {
  const told = Object.entries(answer.headers).flatMap(([name, value]) =>
    // What a site would have remembered of its visitor is nobody's business here.
    value === undefined || name === 'set-cookie'
      ? []
      : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  const length = Number(headerOf(answer, 'content-length') ?? Number.NaN)
  const contentType = headerOf(answer, 'content-type')
  const lastModified = headerOf(answer, 'last-modified')
  const etag = headerOf(answer, 'etag')
  return {
    status: answer.status,
    fetchedAt: new Date(answer.fetchedAt).toISOString(),
    headers: Object.fromEntries(told),
    ...(contentType === undefined ? {} : { contentType }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag }),
    ...(Number.isSafeInteger(length) ? { contentLength: length } : {}),
  }
}

interface LinkFilter {
  /** In small letters. */
  readonly query: string
  readonly sameSite: boolean
}

/** The links of a page, each address once, under the first text it has there. */
function listLinks({ extraction, finalUrl }: ReadPage, { query, sameSite }: LinkFilter) {
  const { origin } = new URL(finalUrl)
  const byUrl = new Map<string, ExtractedLink>()
  for (const link of extraction.links ?? []) if (!byUrl.has(link.url)) byUrl.set(link.url, link)
  return [...byUrl.values()]
    .filter(({ url, text }) => `${url}\n${text}`.toLowerCase().includes(query))
    .filter(({ url }) => !sameSite || URL.parse(url)?.origin === origin)
}
