/** Whether two secrets are equal, in a time that does not tell where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const encoder = new TextEncoder()
  const left = encoder.encode(given)
  const right = encoder.encode(expected)
  let difference = left.length ^ right.length
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index % Math.max(1, right.length)] ?? 0)
  }
  return difference === 0
}
