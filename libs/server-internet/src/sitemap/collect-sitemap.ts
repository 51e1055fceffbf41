import { Readable } from 'node:stream'

import { McpError } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'

import { readBody } from '../http/read-body.ts'
import type { ParsedSitemap, SitemapEntry } from './parse-sitemap.ts'
import { isParsedSitemap } from './parse-sitemap.ts'

/** A sitemap as it was fetched. */
export interface FetchedSitemap {
  readonly status: number
  readonly bytes: Uint8Array
  readonly truncated: boolean
}

/** All the addresses of a site's sitemaps, as far as they were read. */
export interface CollectedSitemap {
  readonly entries: readonly SitemapEntry[]
  /** The sitemaps that were read. */
  readonly sitemaps: readonly string[]
  readonly failed: readonly { readonly url: string; readonly message: string }[]
  readonly truncated: boolean
}

export interface CollectOptions {
  /** Where to begin. */
  readonly urls: readonly string[]
  readonly fetch: (url: URL, maxBytes: number) => Promise<FetchedSitemap>
  readonly sandbox: Sandbox
  readonly signal: AbortSignal
}

const mostSitemaps = 50
// Handing over more at once would hold up the event loop.
const mostEntries = 20_000
const mostDepth = 3
export const mostSitemapBytes = 16 * 1024 * 1024

/**
 * Reads sitemaps and the sitemaps these name, one after another, up to bounds in every direction.
 *
 * @throws whatever kept the first from being read, where none could be.
 */
export async function collectSitemap(options: CollectOptions): Promise<CollectedSitemap> {
  const { urls, fetch, sandbox, signal } = options
  const entries = new Map<string, SitemapEntry>()
  const sitemaps: string[] = []
  const failed: { url: string; message: string }[] = []
  let truncated = false
  let failure: unknown
  const queue = urls.map((url) => ({ url, depth: 1 }))
  const seen = new Set(urls)

  function add({ isIndex, entries: found }: ParsedSitemap, depth: number): void {
    for (const entry of found) {
      if (!isIndex) entries.set(entry.url, entry)
      else if (depth >= mostDepth) truncated = true
      else if (!seen.has(entry.url)) {
        seen.add(entry.url)
        queue.push({ url: entry.url, depth: depth + 1 })
      }
    }
  }

  // The queue grows while it is walked, which a for-of over an array goes along with.
  for (const { url, depth } of queue) {
    if (sitemaps.length + failed.length >= mostSitemaps || entries.size >= mostEntries) {
      truncated = true
      break
    }
    try {
      const text = await readText(await fetch(new URL(url), mostSitemapBytes))
      const question = { text: text.content, mostEntries: mostEntries - entries.size }
      const parsed = await sandbox.run('parseSitemap', question, { signal })
      if (!isParsedSitemap(parsed)) throw McpError.internal(parsed)
      truncated ||= text.truncated || parsed.truncated
      sitemaps.push(url)
      add(parsed, depth)
    } catch (thrown) {
      if (signal.aborted) throw thrown
      failure ??= thrown
      failed.push({ url, message: McpError.from(thrown).message })
    }
  }
  if (sitemaps.length === 0 && failure !== undefined) throw failure
  return { entries: [...entries.values()], sitemaps, failed, truncated }
}

async function readText({ status, bytes, truncated }: FetchedSitemap) {
  if (status >= 300) {
    throw new McpError('not-found', `No sitemap is there: the site answers ${status}.`, {
      details: { reason: 'no-sitemap', status },
    })
  }
  // Sites serve sitemap.xml.gz as a file, which is not the same as sending it compressed.
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const whole = isGzip
    ? await readBody(Readable.from([bytes]), 'gzip', mostSitemapBytes)
    : { bytes, truncated: false }
  return {
    content: new TextDecoder().decode(whole.bytes),
    truncated: truncated || whole.truncated,
  }
}
