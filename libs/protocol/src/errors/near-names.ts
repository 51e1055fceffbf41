/**
 * Returns the names most similar to a misspelt one, at most three, the nearest first.
 *
 * @example
 * nearNames('calculater', ['calculator', 'textProcessor']) // ['calculator']
 */
export function nearNames(word: string, names: Iterable<string>): string[] {
  const typed = word.toLowerCase().slice(0, 64)
  const allowed = Math.max(1, Math.floor(typed.length / 3))
  return Array.from(names, (name) => ({ name, distance: distance(typed, name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= allowed)
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Returns `. Did you mean "calculator"?`, or a full stop if there is no similar name. */
export function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '.' : `. Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`
}

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
