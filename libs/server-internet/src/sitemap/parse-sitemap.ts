import { isRecord, McpError } from '@mcp/protocol'
import { decodeXML } from 'entities/decode'
import { XMLParser } from 'fast-xml-parser'

/** One URL of a sitemap with its metadata. */
export interface SitemapEntry {
  readonly url: string
  readonly lastModified?: string
  readonly changeFrequency?: string
  readonly priority?: number
}

/** The contents of one sitemap. */
export interface ParsedSitemap {
  /** Whether the entries are further sitemaps. If false, they are pages. */
  readonly isIndex: boolean
  readonly entries: readonly SitemapEntry[]
  /** Whether there were more entries than `maxEntries`. */
  readonly truncated: boolean
}

/** The text of a sitemap and the maximum number of entries to return. */
export interface ParseSitemapInput {
  readonly text: string
  readonly maxEntries: number
}

/**
 * Parses a sitemap. It is XML, or text with one URL per line. Entities that the XML declares are not
 * expanded, because an attacker could make them expand to gigabytes.
 *
 * @throws McpError `upstream-error`, reason `sitemap-syntax`, if the XML is malformed or not a
 * sitemap.
 */
export function parseSitemap({ text, maxEntries }: ParseSitemapInput): ParsedSitemap {
  const isXml = text.trimStart().startsWith('<')
  const { isIndex, entries } = isXml ? parseXml(text) : parseLines(text)
  const valid = entries.filter(({ url }) => isWebAddress(url))
  return {
    isIndex,
    entries: valid.slice(0, maxEntries),
    truncated: valid.length > maxEntries,
  }
}

/** Whether a result of the sandbox is a parsed sitemap. */
export function isParsedSitemap(value: unknown): value is ParsedSitemap {
  return isRecord(value) && typeof value['isIndex'] === 'boolean' && Array.isArray(value['entries'])
}

function parseLines(text: string) {
  const entries = text.split('\n').map((line) => ({ url: line.replace(/^\uFEFF/, '').trim() }))
  return { isIndex: false, entries }
}

function parseXml(text: string) {
  const parser = new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    processEntities: false,
    isArray: (name) => name === 'url' || name === 'sitemap',
  })
  const parsed: unknown = readXml(parser, text)
  const root = isRecord(parsed) ? parsed : {}
  const index = root['sitemapindex']
  const pages = root['urlset']
  if (index === undefined && pages === undefined) throw notSitemap()
  const items = listOf(index, 'sitemap') ?? listOf(pages, 'url') ?? []
  return { isIndex: index !== undefined, entries: items.flatMap(readEntry) }
}

function readXml(parser: XMLParser, text: string): unknown {
  try {
    return parser.parse(text)
  } catch (cause) {
    throw notSitemap(cause)
  }
}

function notSitemap(cause?: unknown): McpError {
  return new McpError('upstream-error', 'The document is not a sitemap.', {
    details: { reason: 'sitemap-syntax' },
    retryable: false,
    cause,
  })
}

function listOf(parent: unknown, name: string): readonly unknown[] | undefined {
  const list = isRecord(parent) ? parent[name] : undefined
  return Array.isArray(list) ? list : undefined
}

function readEntry(item: unknown): SitemapEntry[] {
  if (!isRecord(item) || typeof item['loc'] !== 'string') return []
  const { loc, lastmod, changefreq, priority } = item
  const weight = typeof priority === 'string' ? Number.parseFloat(priority) : Number.NaN
  return [
    {
      url: decodeXML(loc),
      ...(typeof lastmod === 'string' ? { lastModified: lastmod.slice(0, 64) } : {}),
      ...(typeof changefreq === 'string' ? { changeFrequency: changefreq.slice(0, 32) } : {}),
      ...(Number.isFinite(weight) ? { priority: weight } : {}),
    },
  ]
}

function isWebAddress(text: string): boolean {
  return text.length <= 2048 && /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text)
}
