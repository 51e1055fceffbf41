import type { ExtractedLink, Extraction } from '../extraction/extraction.ts'

/** The requested part of a content, in characters. */
export interface ContentRange {
  readonly offset: number
  readonly length: number
}

/** One part of an extracted content, and the offset of the next part. */
export interface ContentPart extends Omit<Extraction, 'links'> {
  readonly totalLength: number
  readonly nextOffset?: number
  readonly links?: ExtractedLink[]
}

/** Returns one part of a content. Never splits a surrogate pair. */
export function contentPart(extraction: Extraction, range: ContentRange): ContentPart {
  const { content, links, ...metadata } = extraction
  const start = boundary(content, range.offset)
  let end = boundary(content, range.offset + range.length)
  // A part has at least one character, because otherwise the next part would start at the same
  // offset.
  if (end === start && end < content.length) end = Math.min(start + 2, content.length)
  return {
    ...metadata,
    content: content.slice(start, end),
    totalLength: content.length,
    ...(end < content.length ? { nextOffset: end } : {}),
    ...(links === undefined ? {} : { links: linksBetween(content, links, start, end) }),
  }
}

/** Returns the nearest offset at or before this one that does not split a surrogate pair. */
function boundary(content: string, offset: number): number {
  const at = Math.min(offset, content.length)
  const splits = at > 0 && isHigh(content.charCodeAt(at - 1)) && isLow(content.charCodeAt(at))
  return splits ? at - 1 : at
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000

/** Returns the links whose lines start in this part. The content has one line per link. */
function linksBetween(
  content: string,
  links: readonly ExtractedLink[],
  start: number,
  end: number,
): ExtractedLink[] {
  const found: ExtractedLink[] = []
  let lineStart = 0
  for (const link of links) {
    if (lineStart >= end && end < content.length) break
    if (lineStart >= start) found.push(link)
    const lineEnd = content.indexOf('\n', lineStart)
    if (lineEnd === -1) break
    lineStart = lineEnd + 1
  }
  return found
}
