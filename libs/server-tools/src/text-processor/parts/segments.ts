/** The characters as readers count them: an emoji or a letter with its accent is one. */
export function characters(text: string): string[] {
  // Most texts need no rules, which cost a hundred times as much.
  if (/^[\t\n\x20-\x7E]*$/.test(text)) return text.split('')
  return Array.from(segmenter('grapheme').segment(text), ({ segment }) => segment)
}

/** The words, without the spaces and signs between them. */
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

/** The lines; a line break at the very end starts no further one. */
export function lines(text: string): string[] {
  const all = text.split(/\r\n|\n|\r/)
  if (all.at(-1) === '') all.pop()
  return all
}

const segmenters = new Map<string, Intl.Segmenter>()

// Making one costs a hundred times what using it on a short text costs.
function segmenter(granularity: 'grapheme' | 'word' | 'sentence', locale = 'und'): Intl.Segmenter {
  const key = `${granularity} ${locale}`
  const existing = segmenters.get(key)
  if (existing !== undefined) return existing
  if (segmenters.size >= 50) segmenters.clear()
  const made = new Intl.Segmenter(locale, { granularity })
  segmenters.set(key, made)
  return made
}
