/**
 * Whether a name is a misspelling of a known variable. A misspelling has one letter added, missing,
 * wrong or swapped with its neighbour, or it has a different case or separator.
 *
 * @example
 * isMisspellingOf('CLEINT_PORT', 'CLIENT_PORT') // true
 */
export function isMisspellingOf(name: string, known: string): boolean {
  // Names without an underscore, such as HOST, are short. Unrelated variables often differ from them
  // by one letter.
  if (!known.includes('_')) return false
  const actual = plain(name)
  const expected = plain(known)
  return actual === expected || isOneEditFrom(actual, expected)
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
}

function isOneEditFrom(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  const [restLeft, restRight] = [left.slice(at), right.slice(at)]
  return (
    restLeft.slice(1) === restRight.slice(1) ||
    restLeft.slice(1) === restRight ||
    restLeft === restRight.slice(1) ||
    (restLeft[0] === restRight[1] &&
      restLeft[1] === restRight[0] &&
      restLeft.slice(2) === restRight.slice(2))
  )
}
