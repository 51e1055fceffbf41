const mostParts = 20

/** The things a prompt asks for, one after the other: what `then` or a new sentence sets apart. */
export function splitPrompt(prompt: string): string[] {
  // Nothing breaks what is quoted or in brackets: blanked out, it keeps its length.
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
