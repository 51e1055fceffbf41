import { isRecord } from '@mcp/protocol'

import type { PageSource } from './page-source.ts'

/** The metadata of a page. */
export interface PageMetadata {
  readonly title?: string
  readonly byline?: string
  readonly language?: string
}

/** Reads title, author and language. For each of them, the most reliable source is tried first. */
export function readMetadata(document: Document, { jsonLd }: PageSource): PageMetadata {
  const metas = readMetas(document)
  const described = readJsonLd(jsonLd)
  const root = document.documentElement
  return withoutUndefined({
    title:
      metas.get('og:title') ??
      metas.get('twitter:title') ??
      described.title ??
      tidy(document.title) ??
      tidy(document.querySelector('h1')?.textContent),
    byline:
      described.byline ??
      [metas.get('author'), metas.get('article:author'), metas.get('parsely-author')].find(
        isName,
      ) ??
      tidy(document.querySelector('[rel~="author"], [itemprop~="author"]')?.textContent),
    language:
      tidy(root.getAttribute('lang') ?? root.getAttribute('xml:lang')) ??
      metas.get('content-language') ??
      metas.get('og:locale')?.replace('_', '-') ??
      described.language,
  })
}

const maxLength = 500

/**
 * Normalizes white space and limits the length. Replaces half of a surrogate pair at the end. Returns
 * undefined for an empty text.
 */
function tidy(text: string | null | undefined): string | undefined {
  const line = text?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return line === '' ? undefined : line.slice(0, maxLength).toWellFormed()
}

function isName(text: string | undefined): boolean {
  return text !== undefined && !/^https?:/i.test(text)
}

function readMetas(document: Document): ReadonlyMap<string, string> {
  const metas = new Map<string, string>()
  for (const meta of document.querySelectorAll('meta')) {
    const name = ['property', 'name', 'http-equiv', 'itemprop']
      .map((key) => meta.getAttribute(key))
      .find((value) => value !== null)
    const content = tidy(meta.getAttribute('content'))
    if (name === undefined || name === null || content === undefined) continue
    const key = name.trim().toLowerCase()
    if (!metas.has(key)) metas.set(key, content)
  }
  return metas
}

/** Reads the metadata of the first object with a `headline` in the JSON-LD blocks. */
function readJsonLd(blocks: readonly string[]): PageMetadata {
  for (const block of blocks) {
    for (const thing of thingsIn(block)) {
      const title = textOf(thing['headline'])
      if (title !== undefined) {
        const byline = namesOf(thing['author'])
        return withoutUndefined({ title, byline, language: textOf(thing['inLanguage']) })
      }
    }
  }
  return {}
}

function thingsIn(block: string): readonly Record<string, unknown>[] {
  const parsed = parseBlock(block)
  const things = Array.isArray(parsed) ? parsed : [parsed]
  return things
    .flatMap((thing: unknown) => {
      const graph = isRecord(thing) ? thing['@graph'] : undefined
      return Array.isArray(graph) ? graph.slice(0, 100) : [thing]
    })
    .filter(isRecord)
}

const maxBlockLength = 200_000

function parseBlock(block: string): unknown {
  // Malformed JSON-LD is common, so it is ignored instead of reported.
  if (block.length > maxBlockLength) return undefined
  try {
    const value: unknown = JSON.parse(block)
    return value
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? tidy(value) : undefined
}

function namesOf(author: unknown): string | undefined {
  const authors: unknown[] = Array.isArray(author) ? author.slice(0, 20) : [author]
  return tidy(
    authors
      .map((entry) => textOf(isRecord(entry) ? entry['name'] : entry))
      .filter((name) => name !== undefined && isName(name))
      .join(', '),
  )
}

function withoutUndefined(metadata: {
  [Key in keyof PageMetadata]: PageMetadata[Key] | undefined
}): PageMetadata {
  const { title, byline, language } = metadata
  return {
    ...(title !== undefined && { title }),
    ...(byline !== undefined && { byline }),
    ...(language !== undefined && { language }),
  }
}
