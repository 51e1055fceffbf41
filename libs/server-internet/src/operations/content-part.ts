import type { ExtractedLink, Extraction } from '../extraction/extraction.ts'

/** Which part of a content is asked for, in characters. */
export interface ContentRange {
  readonly offset: number
  readonly length: number
}

/** One part of what was extracted, and where the next begins. */
export interface ContentPart extends Omit<Extraction, 'links'> {
  readonly totalLength: number
  readonly nextOffset?: number
  readonly links?: ExtractedLink[]
}

/** Cuts one part out of a content, never through the middle of a character. */
export function contentPart(extraction: Extraction, range: ContentRange): ContentPart {
  const { content, links, ...facts } = extraction
  const start = boundary(content, range.offset)
  let end = boundary(content, range.offset + range.length)
  // Always on by a character, or the next part would begin where this one does.
  if (end === start && end < content.length) end = Math.min(start + 2, content.length)
  return {
    ...facts,
    content: content.slice(start, end),
    totalLength: content.length,
    ...(end < content.length ? { nextOffset: end } : {}),
    ...(links === undefined ? {} : { links: linksBetween(content, links, start, end) }),
  }
}

/** The nearest offset at or before this one that splits no pair of surrogates. */
function boundary(content: string, offset: number): number {
  const at = Math.min(offset, content.length)
  const splits = at > 0 && isHigh(content.charCodeAt(at - 1)) && isLow(content.charCodeAt(at))
  return splits ? at - 1 : at
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000

/** The links whose lines begin in this part: the content has a line for each. */
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
