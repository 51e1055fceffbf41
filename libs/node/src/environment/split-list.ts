/** Splits a comma-separated list: `a, b` and `a,b,` hold the same two items. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
