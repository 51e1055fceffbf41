/** Returns whether two secrets are equal. Its duration does not reveal the position of a difference. */
export function isSameSecret(actual: string, expected: string): boolean {
  const encoder = new TextEncoder()
  const left = encoder.encode(actual)
  const right = encoder.encode(expected)
  let difference = left.length ^ right.length
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index % Math.max(1, right.length)] ?? 0)
  }
  return difference === 0
}
