/**
 * Returns whether two secrets are equal. The duration of the comparison does not reveal the position
 * of a difference.
 */
export function isSameSecret(actual: string, expected: string): boolean {
  let difference = actual.length ^ expected.length
  for (let index = 0; index < actual.length; index++) {
    // Beyond the end of `expected`, `charCodeAt` returns NaN, and `^` converts NaN to 0.
    difference |= actual.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
