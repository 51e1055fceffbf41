import { createHash } from 'node:crypto'

import type { HandlerContext } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'

import { callerOf } from '../cache/caller.ts'
import type { ExpiringCache } from '../cache/expiring-cache.ts'
import type { CacheMode, CacheOutcome } from '../cache/response-cache.ts'
import type { ContentFormat, Extraction, ExtractScope } from '../extraction/extraction.ts'
import type { Extractor } from '../extraction/extractor.ts'
import { headerOf } from '../http/exchange.ts'
import type { Redirect } from '../http/follow-redirects.ts'
import type { Limiter } from '../http/limiter.ts'
import type { PageFetcher } from '../http/page-fetcher.ts'
import type { RequestHeaders } from '../http/request-headers.ts'
import { readRequestHeaders } from '../http/request-headers.ts'
import { readUrl } from './read-url.ts'
import { withinDeadline } from './within-deadline.ts'

/** What is to be read, and how. */
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
  /** Whether a part was given already, so that what was read for it is used again. */
  readonly isContinued: boolean
}

/** A page that was read: where it was found, and the whole of its content. */
export interface ReadPage {
  readonly finalUrl: string
  readonly status: number
  readonly redirects: Redirect[]
  readonly fetchedAt: string
  readonly truncated: boolean
  readonly cache: CacheOutcome
  readonly extraction: Extraction
}

/** Fetches pages and extracts what they say. */
export interface PageReader {
  read(reading: Reading, context: HandlerContext): Promise<ReadPage>
}

export interface PageReaderParts {
  readonly fetcher: PageFetcher
  readonly extractor: Extractor
  /** What was read, for those who go on reading. */
  readonly contents: ExpiringCache<ReadPage>
  readonly limiter: Limiter
}

const keptMs = 10 * 60 * 1000

const accepted: Readonly<Record<ContentFormat, string>> = {
  markdown: 'text/html, application/xhtml+xml, */*;q=0.8',
  text: 'text/html, application/xhtml+xml, */*;q=0.8',
  html: 'text/html, application/xhtml+xml, */*;q=0.8',
  links: 'text/html, application/xhtml+xml, */*;q=0.8',
  json: 'application/json, */*;q=0.5',
  bytes: '*/*',
}

export function createPageReader(parts: PageReaderParts): PageReader {
  const { fetcher, extractor, contents, limiter } = parts

  return {
    async read(reading, context) {
      const { method = 'GET', format, extract, isContinued, timeoutMs } = reading
      const url = readUrl(reading.url)
      const given = readRequestHeaders(reading.headers)
      const isSafe = method === 'GET' || method === 'HEAD'
      if (isSafe && reading.body !== undefined) {
        throw invalidParam('body', `a ${method} has no body: use POST, or leave it out`)
      }
      const caller = callerOf(context)
      const key = keyOf(reading, url, given, caller)
      const kept = isContinued ? contents.get(key) : undefined
      if (kept !== undefined) return { ...kept, cache: 'hit' }
      if (isContinued && !isSafe) {
        throw invalidParam(
          'offset',
          `the answer is no longer kept, and the ${method} is not sent again unasked: begin at 0`,
        )
      }

      const page = await withinDeadline(
        { url, method, timeoutMs, signal: context.signal },
        (signal) => limiter.run(() => readOnce(signal), signal),
      )
      // Where nobody is known to come back for the rest, there is nobody to keep it for.
      if (caller !== undefined) contents.set(key, page, { caller, ...factsOf(page, url) })
      return page

      async function readOnce(signal: AbortSignal): Promise<ReadPage> {
        const found = await fetcher.fetch({
          url,
          method,
          headers: { accept: accepted[format], ...given },
          body: reading.body,
          maxBytes: reading.maxBytes,
          mode: reading.cache,
          respectRobots: reading.respectRobots,
          caller,
          signal,
        })
        const { answer } = found
        const contentType = headerOf(answer, 'content-type')
        const finalUrl = found.url.href
        const { bytes } = answer
        const extraction = await extractor.extract(
          { bytes, contentType, url: finalUrl, format, extract },
          { signal },
        )
        return {
          finalUrl,
          status: answer.status,
          redirects: [...found.redirects],
          fetchedAt: new Date(answer.fetchedAt).toISOString(),
          truncated: answer.truncated,
          cache: answer.cache,
          extraction,
        }
      }
    },
  }
}

/** Hashed, so that credentials are not kept for longer than they are needed. */
function keyOf(
  { method, body, format, extract, maxBytes }: Reading,
  url: URL,
  headers: RequestHeaders,
  caller: string | undefined,
): string {
  const told = [caller, url.href, method, body, format, extract, maxBytes, Object.entries(headers)]
  return createHash('sha256').update(JSON.stringify(told)).digest('base64')
}

function factsOf({ extraction, redirects }: ReadPage, { origin }: URL) {
  const { content, links = [] } = extraction
  // Strings take up to two bytes a character.
  const characters =
    links.reduce((sum, { text, url }) => sum + text.length + url.length, content.length) +
    redirects.reduce((sum, { from, to }) => sum + from.length + to.length, 0)
  return { origin, bytes: characters * 2 + 1024, forMs: keptMs }
}
