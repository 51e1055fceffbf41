import type { SearchQuery, SearchResult } from './search-provider.ts'

/** A result as a provider gave it. */
export interface FoundPage {
  readonly title?: string | null | undefined
  readonly url: string
  readonly text?: string | null | undefined
  readonly date?: string | null | undefined
}

/** The results that lead to a page, as many as were asked for, in plain text. */
export function toResults(found: readonly FoundPage[], { limit }: SearchQuery): SearchResult[] {
  return found
    .filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url))
    .slice(0, limit)
    .map(toResult)
}

function toResult({ title, url, text, date }: FoundPage): SearchResult {
  const publishedAt = readDate(date ?? '')
  return {
    title: plain(title ?? '', 500),
    url,
    snippet: plain(text ?? '', 4_000),
    ...(publishedAt !== undefined && { publishedAt }),
  }
}

/** The query with the operator that all the engines know for one site. */
export function withSite({ query, site }: SearchQuery): string {
  return site === undefined ? query : `${query} site:${site}`
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** Without the tags that mark the words searched for, and the entities around them. */
function plain(text: string, longest: number): string {
  return text
    .slice(0, longest * 2)
    .replaceAll(/<\/?(?:strong|b|em|i|mark|span)\b[^<>]*>/gi, '')
    .replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,5}));/gi, decodeEntity)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
}

function decodeEntity(whole: string, decimal?: string, hex?: string, name = ''): string {
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  if (Number.isNaN(code)) return entities[name.toLowerCase()] ?? whole
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
}

/** Providers leave the zone out of ISO dates; it is UTC then, not that of this machine. */
function readDate(text: string): string | undefined {
  const isBare = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text)
  const at = Date.parse(isBare ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
