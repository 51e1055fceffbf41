/** Whether the lines of a text end differently, or with a carriage return alone. The editor unifies them. */
export function hasMixedLineEnds(text: string): boolean {
  if (!text.includes('\r')) return false
  return /\r(?!\n)/.test(text) || /(?:^|[^\r])\n/.test(text)
}
