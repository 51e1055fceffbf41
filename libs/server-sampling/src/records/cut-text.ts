/** The beginning of a text, copied: a mere slice would keep all of the text in memory. */
export function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : structuredClone(text.slice(0, longest))
}
