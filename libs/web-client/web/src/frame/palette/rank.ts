/** Something that the search finds. */
export interface PaletteEntry {
  readonly id: string
  readonly title: string
  /** Kind of thing, such as `Operation`. */
  readonly kind: string
  /** Shown beside the title, such as the folder of a file. */
  readonly detail?: string
  /** Further words that find the entry. */
  readonly words?: string
}

/** Maximum number of entries that are shown. */
const maxEntries = 50

/**
 * Returns the entries that contain all words of the query, best first: the most recently used entries, then
 * entries with the words in their title.
 */
export function rankEntries<Entry extends PaletteEntry>(
  entries: readonly Entry[],
  query: string,
  recentIds: readonly string[],
): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const scored: { readonly entry: Entry; readonly score: number }[] = []
  for (const entry of entries) {
    const score = scoreOf(entry, words)
    const recent = recentIds.indexOf(entry.id)
    if (score !== undefined) scored.push({ entry, score: score + (recent < 0 ? 0 : 100 - recent) })
  }
  return scored
    .toSorted((one, other) => other.score - one.score)
    .slice(0, maxEntries)
    .map(({ entry }) => entry)
}

function scoreOf({ title, kind, words: more = '' }: PaletteEntry, words: readonly string[]) {
  const lowerTitle = title.toLowerCase()
  const text = `${lowerTitle} ${kind.toLowerCase()} ${more.toLowerCase()}`
  let score = 0
  for (const word of words) {
    if (!text.includes(word)) return undefined
    if (lowerTitle.startsWith(word)) score += 20
    else if (` ${lowerTitle}`.includes(` ${word}`)) score += 10
    else if (lowerTitle.includes(word)) score += 5
  }
  return score
}
