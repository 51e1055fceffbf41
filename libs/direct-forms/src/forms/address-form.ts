const commands = new Set(['fetch', 'get', 'open'])

/**
 * Returns the http or https address that is the whole text, or that follows `fetch`, `get` or `open`. Returns
 * undefined for other texts.
 */
export function readAddress(words: readonly string[]): string | undefined {
  const [first = '', second, ...others] = words
  if (others.length > 0) return undefined
  const address = second === undefined ? first : commands.has(first.toLowerCase()) ? second : ''
  return /^https?:\/\/[^\s<>"]+$/i.test(address) && URL.canParse(address) ? address : undefined
}
