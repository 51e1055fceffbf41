const mostParts = 20

/** Returns the parts of a prompt in order, separated by `then` or a new sentence. */
export function splitPrompt(prompt: string): string[] {
  // Quoted and bracketed text is not split: it is replaced by a placeholder of the same length.
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
  return parts
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .slice(0, mostParts)
}
