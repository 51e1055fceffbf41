import { createHash } from 'node:crypto'

import type { Semaphore } from '@mcp/concurrency'
import type { HandlerContext } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

import { callerOf } from '../cache/caller.ts'
import type { ExpiringCache } from '../cache/expiring-cache.ts'
import type { CacheMode, CacheOutcome } from '../cache/response-cache.ts'
import type { ContentFormat, Extraction, ExtractScope } from '../extraction/extraction.ts'
import { withNote } from '../extraction/extraction.ts'
import type { Extractor } from '../extraction/extractor.ts'
import { readRefresh } from '../extraction/html/meta-refresh.ts'
import type { ExchangeRequest } from '../http/exchange.ts'
import { headerOf } from '../http/exchange.ts'
import type { Redirect } from '../http/follow-redirects.ts'
import { nextRequest } from '../http/follow-redirects.ts'

import type { PageFetcher } from '../http/page-fetcher.ts'
import type { RequestHeaders } from '../http/request-headers.ts'
import { readRequestHeaders } from '../http/request-headers.ts'
import { readUrl } from './read-url.ts'
import { withinDeadline } from './within-deadline.ts'

/** The page to read and the way to extract its content. */
export interface Reading {
  readonly url: string
  readonly method?: string | undefined
  readonly headers?: RequestHeaders | undefined
  readonly body?: string | undefined
  readonly format: ContentFormat
  readonly extract: ExtractScope
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly cache: CacheMode
  readonly respectRobots: boolean
  /** Whether the caller requests a further part. If true, the cached content is used. */
  readonly isContinued: boolean
}

/** A page with its final URL and its whole content. */
export interface ReadPage {
  readonly finalUrl: string
  readonly status: number
  readonly redirects: Redirect[]
  readonly fetchedAt: string
  readonly truncated: boolean
  readonly cache: CacheOutcome
  readonly extraction: Extraction
}

/** Fetches pages and extracts their content. */
export interface PageReader {
  read(reading: Reading, context: HandlerContext): Promise<ReadPage>
}

export interface PageReaderParts {
  readonly fetcher: PageFetcher
  readonly extractor: Extractor
  /** Extracted contents, cached because callers request long content part by part. */
  readonly contents: ExpiringCache<ReadPage>
  readonly semaphore: Semaphore
}

const contentTtlMs = 10 * 60 * 1000

const acceptHeaders: Readonly<Record<ContentFormat, string>> = {
  markdown: 'text/html, application/xhtml+xml, */*;q=0.8',
  text: 'text/html, application/xhtml+xml, */*;q=0.8',
  html: 'text/html, application/xhtml+xml, */*;q=0.8',
  links: 'text/html, application/xhtml+xml, */*;q=0.8',
  json: 'application/json, */*;q=0.5',
  bytes: '*/*',
}

/** Creates the reader that all page operations share. */
export function createPageReader(parts: PageReaderParts): PageReader {
  const { fetcher, extractor, contents, semaphore } = parts

  return {
    async read(reading, context) {
      const { method = 'GET', format, extract, isContinued, timeoutMs } = reading
      const url = readUrl(reading.url)
      const callerHeaders = readRequestHeaders(reading.headers)
      const isSafe = method === 'GET' || method === 'HEAD'
      if (isSafe && reading.body !== undefined) {
        throw invalidParam('body', `a ${method} request has no body. Use POST, or omit the body`)
      }
      const { callerKey } = context
      const caller = callerOf(context)
      const key = keyOf(reading, url, callerHeaders, caller)
      const cached = isContinued ? contents.get(key) : undefined
      if (cached !== undefined) return { ...cached, cache: 'hit' }
      if (isContinued && !isSafe) {
        throw invalidParam(
          'offset',
          `the content is no longer cached, and the ${method} is not repeated automatically. Start at 0`,
        )
      }

      const page = await withinDeadline(
        { url, method, timeoutMs, signal: context.signal },
        (signal) => semaphore.run(() => readOnce(signal), signal, callerKey),
      )
      // Content is cached only for one caller, so it is not cached if the request has no session and no
      // principal.
      if (caller !== undefined) contents.set(key, page, { caller, ...cacheEntryOf(page, url) })
      return page

      async function readOnce(signal: AbortSignal): Promise<ReadPage> {
        const { body, maxBytes } = reading
        const headers = { accept: acceptHeaders[format], ...callerHeaders }
        let request: ExchangeRequest = { url, method, headers, body, maxBytes, signal }
        let page = await readStep(request)
        for (let step = 1; step <= maxRefreshes; step++) {
          const { refresh } = page.extraction
          if (refresh === undefined || refresh.seconds > maxRefreshSeconds) break
          const { finalUrl: from, status, redirects } = page
          // Like 303, a refresh changes every method to GET.
          request = nextRequest({ ...request, url: new URL(from) }, 303, refresh.url)
          page = await readStep(request)
          page.redirects.unshift(...redirects, { status, from, to: refresh.url })
        }
        const { refresh } = page.extraction
        if (refresh === undefined) return page
        const sentence = `The page redirects to ${refresh.url} after ${refresh.seconds} s.`
        return { ...page, extraction: withNote(page.extraction, sentence) }
      }

      async function readStep(request: ExchangeRequest): Promise<ReadPage> {
        const { signal } = request
        const found = await fetcher.fetch({
          ...request,
          mode: reading.cache,
          respectRobots: reading.respectRobots,
          caller,
          callerKey,
        })
        const { response } = found
        const contentType = headerOf(response, 'content-type')
        const finalUrl = found.url.href
        const { bytes } = response
        const extraction = await extractor.extract(
          { bytes, contentType, url: finalUrl, format, extract },
          { signal, callerKey },
        )
        const header = headerOf(response, 'refresh')
        const refresh =
          extraction.refresh ?? (header === undefined ? undefined : readRefresh(header, finalUrl))
        return {
          finalUrl,
          status: response.status,
          redirects: [...found.redirects],
          fetchedAt: new Date(response.fetchedAt).toISOString(),
          truncated: response.truncated,
          cache: response.cache,
          extraction: {
            ...(response.incomplete ? withNote(extraction, incompleteNote) : extraction),
            ...(refresh !== undefined && { refresh }),
          },
        }
      }
    },
  }
}

/** Maximum number of refreshes that are followed. */
const maxRefreshes = 5

/** Maximum delay of a refresh that is followed. A page with a longer delay is meant to be read. */
const maxRefreshSeconds = 5

const incompleteNote =
  'The response ended before the end of its compressed data; the rest is missing.'

/**
 * Returns the cache key. The key is a hash, so that the cache does not keep the credentials of the
 * request in memory.
 */
function keyOf(
  { method, body, format, extract, maxBytes }: Reading,
  url: URL,
  headers: RequestHeaders,
  caller: string | undefined,
): string {
  const parts = [caller, url.href, method, body, format, extract, maxBytes, Object.entries(headers)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}

function cacheEntryOf({ extraction, redirects }: ReadPage, { origin }: URL) {
  const { content, links = [] } = extraction
  // Strings take up to two bytes per character.
  const characters =
    links.reduce((sum, { text, url }) => sum + text.length + url.length, content.length) +
    redirects.reduce((sum, { from, to }) => sum + from.length + to.length, 0)
  return { origin, bytes: characters * 2 + 1024, ttlMs: contentTtlMs }
}
