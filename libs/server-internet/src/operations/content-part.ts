import type { ExtractedLink, Extraction } from '../extraction/extraction.ts'

/** The requested part of a content, in characters. */
export interface ContentRange {
  readonly offset: number
  readonly length: number
}

/** One part of an extracted content. `nextOffset` is the offset of the next part, if there is one. */
export interface ContentPart extends Omit<Extraction, 'links' | 'refresh'> {
  readonly totalLength: number
  readonly nextOffset?: number
  readonly links?: ExtractedLink[]
}

/** Returns one part of a content. A part never starts or ends within a surrogate pair. */
export function contentPart(extraction: Extraction, range: ContentRange): ContentPart {
  const { content, links, refresh: _refresh, ...metadata } = extraction
  const start = boundary(content, range.offset)
  let end = boundary(content, range.offset + range.length)
  // A part must not be empty, because the next part would then start at the same offset. If the
  // requested length would split a surrogate pair, the part consists of the whole pair.
  if (end === start && end < content.length) end = Math.min(start + 2, content.length)
  return {
    ...metadata,
    content: content.slice(start, end),
    totalLength: content.length,
    ...(end < content.length ? { nextOffset: end } : {}),
    ...(links === undefined ? {} : { links: linksBetween(content, links, start, end) }),
  }
}

/** Limits an offset to the length of the content. Reduces it by 1 if it is within a surrogate pair. */
function boundary(content: string, offset: number): number {
  const at = Math.min(offset, content.length)
  const splits = at > 0 && isHigh(content.charCodeAt(at - 1)) && isLow(content.charCodeAt(at))
  return splits ? at - 1 : at
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000

/**
 * Returns the links of one part of the content. The content has one line per link. A link belongs to
 * the part in which its line starts.
 */
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
