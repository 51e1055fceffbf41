/** Returns a copy of the first characters of a text. A slice would keep the whole text in memory. */
export function cutText(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : structuredClone(text.slice(0, maxChars))
}
