/** Returns a test for names. In a pattern, `*` stands for any text. */
export function compilePattern(pattern: string): (name: string) => boolean {
  if (pattern === '*') return () => true
  if (!pattern.includes('*')) return (name) => name === pattern
  const parts = pattern.split('*')
  const [first = ''] = parts
  const last = parts.at(-1) ?? ''
  const middle = parts.slice(1, -1).filter((part) => part !== '')
  // Searching from left to right takes linear time, unlike a regular expression with several `.*`.
  return (name) => {
    if (name.length < first.length + last.length) return false
    if (!name.startsWith(first) || !name.endsWith(last)) return false
    const end = name.length - last.length
    let position = first.length
    for (const part of middle) {
      const found = name.indexOf(part, position)
      if (found === -1 || found + part.length > end) return false
      position = found + part.length
    }
    return true
  }
}

/** Returns a list for a value that is one text or a list. */
export function toList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
