import { parseSitemap } from './parse-sitemap.ts'

/** The bytes of a sitemap, and the maximum number of entries to return. */
export interface EncodeSitemapInput {
  readonly bytes: Uint8Array
  readonly maxEntries: number
}

/**
 * Parses a sitemap in the sandbox. Returns JSON, because the receiving thread reads 20,000 entries in 4 ms as
 * JSON, and in 22 ms as a structured clone.
 *
 * @throws McpError as `parseSitemap` does.
 */
export function encodeSitemap({ bytes, maxEntries }: EncodeSitemapInput): string {
  return JSON.stringify(parseSitemap({ text: new TextDecoder().decode(bytes), maxEntries }))
}
