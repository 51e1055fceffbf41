/**
 * Returns six characters of `a-z0-9` that are the same for the same text in every process. It is the
 * hash FNV-1a, which is not secure: use it only to make a name unique.
 */
export function stableHash(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return (hash >>> 0).toString(36).padStart(6, '0').slice(-6)
}
