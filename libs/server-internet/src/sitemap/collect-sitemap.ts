import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import { McpError } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'

import { readBody } from '../http/read-body.ts'
import type { ParsedSitemap, SitemapEntry } from './parse-sitemap.ts'
import { isParsedSitemap } from './parse-sitemap.ts'

/** A fetched sitemap. */
export interface FetchedSitemap {
  readonly status: number
  readonly bytes: Uint8Array
  readonly truncated: boolean
}

/** The URLs found in the sitemaps of a site. */
export interface CollectedSitemap {
  readonly entries: readonly SitemapEntry[]
  /** The sitemaps that were read. */
  readonly sitemaps: readonly string[]
  readonly failed: readonly { readonly url: string; readonly message: string }[]
  readonly truncated: boolean
}

export interface CollectOptions {
  /** URLs of the first sitemaps. */
  readonly urls: readonly string[]
  readonly fetch: (url: URL, maxBytes: number) => Promise<FetchedSitemap>
  readonly sandbox: Sandbox
  readonly signal: AbortSignal
  readonly callerKey: string
}

const maxSitemaps = 50
// The entries arrive from the sandbox in one message. Parsing a larger message would block the event
// loop.
const maxEntries = 20_000
const maxDepth = 3
export const maxSitemapBytes = 16 * 1024 * 1024

/**
 * Reads sitemaps and the sitemaps that they list, one after another. The number, depth and size of the
 * sitemaps are limited.
 *
 * @throws McpError The first error, if no sitemap could be read.
 */
export async function collectSitemap(options: CollectOptions): Promise<CollectedSitemap> {
  const { urls, fetch, sandbox, signal, callerKey } = options
  const entries = new Map<string, SitemapEntry>()
  const sitemaps: string[] = []
  const failed: { url: string; message: string }[] = []
  let truncated = false
  let firstError: unknown
  const queue = urls.map((url) => ({ url, depth: 1 }))
  const seen = new Set(urls)

  function add({ isIndex, entries: found }: ParsedSitemap, depth: number): void {
    for (const entry of found) {
      if (!isIndex) entries.set(entry.url, entry)
      else if (depth >= maxDepth) truncated = true
      else if (!seen.has(entry.url)) {
        seen.add(entry.url)
        queue.push({ url: entry.url, depth: depth + 1 })
      }
    }
  }

  // The queue grows during the iteration; `for…of` over an array supports this.
  for (const { url, depth } of queue) {
    if (sitemaps.length + failed.length >= maxSitemaps || entries.size >= maxEntries) {
      truncated = true
      break
    }
    try {
      const body = await readSitemap(await fetch(new URL(url), maxSitemapBytes))
      const input = { bytes: body.bytes, maxEntries: maxEntries - entries.size }
      const encoded = await sandbox.run('encodeSitemap', input, { signal, callerKey })
      const parsed: unknown = typeof encoded === 'string' ? JSON.parse(encoded) : undefined
      if (!isParsedSitemap(parsed)) throw McpError.internal(parsed)
      truncated ||= body.truncated || parsed.truncated
      sitemaps.push(url)
      // Each step takes milliseconds for thousands of entries. Other requests run between them.
      await setImmediate()
      add(parsed, depth)
      await setImmediate()
    } catch (thrown) {
      if (signal.aborted) throw thrown
      firstError ??= thrown
      failed.push({ url, message: McpError.from(thrown).message })
    }
  }
  if (sitemaps.length === 0 && firstError !== undefined) throw firstError
  return { entries: [...entries.values()], sitemaps, failed, truncated }
}

async function readSitemap({ status, bytes, truncated }: FetchedSitemap) {
  if (status >= 500) {
    // The failure may be temporary, so it is reported as retryable and not as a missing sitemap.
    throw new McpError('upstream-error', `The site cannot serve its sitemap (HTTP ${status}).`, {
      details: { reason: 'sitemap-unavailable', status },
      retryable: true,
    })
  }
  if (status >= 300) {
    throw new McpError('not-found', `No sitemap found: the site returned HTTP ${status}.`, {
      details: { reason: 'no-sitemap', status },
    })
  }
  // A site often serves a sitemap.xml.gz without a content-encoding header, so the body is still compressed.
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const decompressed = isGzip
    ? await readBody(Readable.from([bytes]), 'gzip', maxSitemapBytes)
    : { bytes, truncated: false }
  return {
    bytes: decompressed.bytes,
    truncated: truncated || decompressed.truncated,
  }
}
