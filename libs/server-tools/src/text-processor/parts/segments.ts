/**
 * Returns the visible characters (grapheme clusters). An emoji, or a letter with its accent, is one
 * character.
 */
export function characters(text: string): string[] {
  // Most texts are ASCII. For them, `split` is a hundred times as fast as the segmenter.
  if (/^[\t\n\x20-\x7E]*$/.test(text)) return text.split('')
  return Array.from(segmenter('grapheme').segment(text), ({ segment }) => segment)
}

/** Returns the words, without the spaces and punctuation between them. */
export function words(text: string, locale?: string): string[] {
  const found: string[] = []
  for (const { segment, isWordLike } of segmenter('word', locale).segment(text)) {
    if (isWordLike === true) found.push(segment)
  }
  return found
}

export function sentences(text: string): string[] {
  return Array.from(segmenter('sentence').segment(text), ({ segment }) => segment.trim()).filter(
    (sentence) => sentence !== '',
  )
}

/** Returns the lines. A line break at the end of the text does not start another line. */
export function lines(text: string): string[] {
  const all = text.split(/\r\n|\n|\r/)
  if (all.at(-1) === '') all.pop()
  return all
}

const segmenters = new Map<string, Intl.Segmenter>()

// Segmenters are cached, because creating one takes a hundred times as long as using it on a short text.
function segmenter(granularity: 'grapheme' | 'word' | 'sentence', locale = 'und'): Intl.Segmenter {
  const key = `${granularity} ${locale}`
  const existing = segmenters.get(key)
  if (existing !== undefined) return existing
  if (segmenters.size >= 50) segmenters.clear()
  const created = new Intl.Segmenter(locale, { granularity })
  segmenters.set(key, created)
  return created
}
