/** The words of a list as a variable holds it: `a, b` and `a,b,` are the same two. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
