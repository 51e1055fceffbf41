const commands = new Set(['fetch', 'get', 'open'])

/** Returns the address of `https://…`, alone or after `fetch`, `get` or `open`. */
export function readAddress(words: readonly string[]): string | undefined {
  const [first = '', second, ...others] = words
  if (others.length > 0) return undefined
  const address = second === undefined ? first : commands.has(first.toLowerCase()) ? second : ''
  return /^https?:\/\/[^\s<>"]+$/i.test(address) && URL.canParse(address) ? address : undefined
}
