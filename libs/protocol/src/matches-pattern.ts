/**
 * Returns whether a tool name matches a pattern, in which `*` stands for any text and `?` for one
 * character. The time is at most proportional to the product of both lengths. A regular expression can
 * take exponential time.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  let [at, next] = [0, 0]
  // The last `*`, and the end of the text that it stands for.
  let [star, covered] = [-1, 0]
  while (at < name.length) {
    const expected = pattern[next]
    if (expected === '*') {
      ;[star, covered] = [next, at]
      next++
    } else if (expected === '?' || expected === name[at]) {
      at++
      next++
    } else if (star !== -1) {
      covered++
      ;[at, next] = [covered, star + 1]
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(next))
}
