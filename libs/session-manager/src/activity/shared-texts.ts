const texts: string[] = Array.from<string>({ length: 256 }).fill('')
const maxLength = 64

/**
 * Returns an equal string of an earlier call if it is still cached, otherwise the string itself. Parsed
 * messages contain the same few texts again and again, and each copy in an entry would have to be moved by the
 * garbage collector.
 */
export function shareText(text: string): string {
  const { length } = text
  if (length === 0 || length > maxLength) return text
  const index = (length * 31 + text.charCodeAt(0) * 7 + text.charCodeAt(length - 1)) & 255
  const known = texts[index]
  if (known === text) return known
  texts[index] = text
  return text
}
