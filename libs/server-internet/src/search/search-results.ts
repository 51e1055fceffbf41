import { decodeHTMLStrict } from 'entities/decode'
import type { SearchQuery, SearchResult } from './search-provider.ts'

/** A result of a search provider, before its conversion to plain text. */
export interface FoundPage {
  readonly title?: string | null | undefined
  readonly url: string
  readonly text?: string | null | undefined
  readonly date?: string | null | undefined
}

/** Converts at most `limit` results to plain text. Skips results without an HTTP(S) URL. */
export function toResults(found: readonly FoundPage[], { limit }: SearchQuery): SearchResult[] {
  return found
    .filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url))
    .slice(0, limit)
    .map(toResult)
}

function toResult({ title, url, text, date }: FoundPage): SearchResult {
  const publishedAt = parseDate(date ?? '')
  return {
    title: toPlainText(title ?? '', 500),
    url,
    snippet: toPlainText(text ?? '', 4_000),
    ...(publishedAt !== undefined && { publishedAt }),
  }
}

/** Appends the operator `site:` to the query, for providers without a parameter for the host. */
export function withSite({ query, site }: SearchQuery): string {
  return site === undefined ? query : `${query} site:${site}`
}

/** Removes the tags that highlight the search terms, decodes entities, and limits the length. */
function toPlainText(text: string, maxLength: number): string {
  const withoutTags = text
    .slice(0, maxLength * 2)
    .replaceAll(/<\/?(?:strong|b|em|i|mark|span)\b[^<>]*>/gi, '')
  const plain = decodeHTMLStrict(withoutTags).replaceAll(/\s+/g, ' ').trim()
  return plain.slice(0, maxLength).toWellFormed()
}

/** Parses a date. ISO dates without a time zone are UTC, not local time. */
function parseDate(text: string): string | undefined {
  const lacksTimeZone = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text)
  const at = Date.parse(lacksTimeZone ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
