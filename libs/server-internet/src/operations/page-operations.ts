import type { Semaphore } from '@mcp/concurrency'
import type { internet } from '@mcp/contracts/internet'
import type { HandlerContext } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { pageItems } from '@mcp/server'
import pMap from 'p-map'

import { callerOf } from '../cache/caller.ts'
import type { ExtractedLink } from '../extraction/extraction.ts'
import type { Extractor } from '../extraction/extractor.ts'
import { headerOf } from '../http/exchange.ts'

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
  readonly semaphore: Semaphore
}

// Maximum number of concurrent fetches of one `fetchMany`: half of the default number of permits. The
// other half remains for other requests.
const concurrency = 4

const linksReading = {
  format: 'links',
  extract: 'full',
  maxBytes: 4 * 1024 * 1024,
} as const

/** Creates the handlers of the operations on the page at a URL. */
export function createPageOperations(parts: PageOperationsParts): PageHandlers {
  const { reader, fetcher, extractor, semaphore } = parts

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

      let done = 0

      async function readOne(url: string) {
        try {
          const result = await readPart({ ...reading, url }, { offset: 0, length }, context)
          return { url, status: 'success' as const, result }
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

      return { results: await pMap(urls, readOne, { concurrency, signal }) }
    },
    async head({ url: address, headers, timeoutMs, respectRobots }, context) {
      context.markUntrusted()
      const url = readUrl(address)
      const callerHeaders = readRequestHeaders(headers)
      const method = 'HEAD'
      const found = await withinDeadline(
        { url, method, timeoutMs, signal: context.signal },
        (signal) =>
          semaphore.run(
            () =>
              fetcher.fetch({
                url,
                method,
                headers: { accept: '*/*', ...callerHeaders },
                maxBytes: 0,
                mode: 'no-store',
                respectRobots,
                caller: callerOf(context),
                callerKey: context.callerKey,
                signal,
              }),
            signal,
            context.callerKey,
          ),
      )
      return {
        finalUrl: found.url.href,
        redirects: [...found.redirects],
        ...describeHead(found.response),
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
      const extraction = await extractor.extract(request, context)
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

function describeHead(response: Awaited<ReturnType<PageFetcher['fetch']>>['response']) {
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    // Cookies are omitted, because they may contain secrets.
    value === undefined || name === 'set-cookie'
      ? []
      : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  )
  const length = Number(headerOf(response, 'content-length') ?? Number.NaN)
  const contentType = headerOf(response, 'content-type')
  const lastModified = headerOf(response, 'last-modified')
  const etag = headerOf(response, 'etag')
  return {
    status: response.status,
    fetchedAt: new Date(response.fetchedAt).toISOString(),
    headers: Object.fromEntries(headers),
    ...(contentType === undefined ? {} : { contentType }),
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag }),
    ...(Number.isSafeInteger(length) ? { contentLength: length } : {}),
  }
}

interface LinkFilter {
  /** Search text in lower case. */
  readonly query: string
  readonly sameSite: boolean
}

/** Returns the matching links of a page, one per URL: the first link with a text, or the first link. */
function listLinks({ extraction, finalUrl }: ReadPage, { query, sameSite }: LinkFilter) {
  const { origin } = new URL(finalUrl)
  const byUrl = new Map<string, ExtractedLink>()
  for (const link of extraction.links ?? []) {
    const known = byUrl.get(link.url)
    if (known === undefined || (known.text === '' && link.text !== '')) byUrl.set(link.url, link)
  }
  return [...byUrl.values()]
    .filter(({ url, text }) => `${url}\n${text}`.toLowerCase().includes(query))
    .filter(({ url }) => !sameSite || URL.parse(url)?.origin === origin)
}
