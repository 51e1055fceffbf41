/**
 * Returns up to three names that are similar to a misspelt name, the most similar first.
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

/** Returns the end of an error message: `. Did you mean "calculator"?`, or `.` without similar names. */
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
