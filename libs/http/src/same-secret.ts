/** Returns whether two secrets are equal. Its duration does not reveal the position of a difference. */
export function isSameSecret(actual: string, expected: string): boolean {
  let difference = actual.length ^ expected.length
  for (let index = 0; index < actual.length; index++) {
    // Beyond the end of `expected`, charCodeAt returns NaN, which counts as 0.
    difference |= actual.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
