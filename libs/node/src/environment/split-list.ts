/** Splits a comma-separated list. Trims the items and removes empty ones. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
