import { isRecord, McpError } from '@mcp/protocol'
import { XMLParser } from 'fast-xml-parser'

/** One address of a sitemap, with what the site says of it. */
export interface SitemapEntry {
  readonly url: string
  readonly lastModified?: string
  readonly changeFrequency?: string
  readonly priority?: number
}

/** What one sitemap holds: addresses of pages, or of further sitemaps. */
export interface ParsedSitemap {
  readonly isIndex: boolean
  readonly entries: readonly SitemapEntry[]
  /** Whether there were more than were asked for. */
  readonly truncated: boolean
}

/** The text of a sitemap, and how much of it is wanted. */
export interface SitemapQuestion {
  readonly text: string
  readonly mostEntries: number
}

/**
 * Reads a sitemap: XML, or a text with one address a line. Entities of its own are not unfolded.
 *
 * @throws McpError `upstream-error`, reason `sitemap-syntax`, for XML that is none.
 */
export function parseSitemap({ text, mostEntries }: SitemapQuestion): ParsedSitemap {
  const isXml = text.trimStart().startsWith('<')
  const { isIndex, entries } = isXml ? parseXml(text) : parseLines(text)
  const wanted = entries.filter(({ url }) => isWebAddress(url))
  return {
    isIndex,
    entries: wanted.slice(0, mostEntries),
    truncated: wanted.length > mostEntries,
  }
}

/** Whether a value from a worker is a sitemap. */
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
  return new McpError('upstream-error', 'What is there is no sitemap.', {
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
      url: decodeEntities(loc),
      ...(typeof lastmod === 'string' ? { lastModified: lastmod.slice(0, 64) } : {}),
      ...(typeof changefreq === 'string' ? { changeFrequency: changefreq.slice(0, 32) } : {}),
      ...(Number.isFinite(weight) ? { priority: weight } : {}),
    },
  ]
}

const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** The five entities that XML itself has, and numbers. */
function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,4}));/gi,
    (whole, hex, digits, name) => {
      if (typeof name === 'string') return predefined.get(name) ?? whole
      const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(digits)
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole
    },
  )
}

function isWebAddress(text: string): boolean {
  return text.length <= 2048 && /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text)
}
