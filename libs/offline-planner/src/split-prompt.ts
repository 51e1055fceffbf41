/**
 * Returns the parts of a prompt. The word `then`, a semicolon, a line break or a new sentence
 * starts a part.
 */
export function splitPrompt(prompt: string): string[] {
  // A placeholder of the same length replaces quoted and bracketed text, so that this text is not split.
  const blank = prompt.replaceAll(/"[^"]*"|“[^”]*”|`[^`]*`|\[[^\]]*\]|\{[^}]*\}/g, (closed) =>
    '_'.repeat(closed.length),
  )
  const breaks = /(?:,\s*)?(?:\band\s+)?\bthen\b|;|\n|(?<=[?!.])\s+(?=[\p{Lu}\d_])/giu
  const parts: string[] = []
  let start = 0
  for (const match of blank.matchAll(breaks)) {
    parts.push(prompt.slice(start, match.index))
    start = match.index + match[0].length
  }
  parts.push(prompt.slice(start))
  return parts.map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part))
}
