/**
 * Returns the first characters of a text. Replaces half of a surrogate pair at the end. The result is a copy,
 * because a slice would keep the whole text in memory.
 */
export function cutText(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : structuredClone(text.slice(0, maxChars).toWellFormed())
}
