/** Returns the approximate size of a value as JSON, in bytes, up to a maximum. */
export function estimateSize(value: unknown, maxBytes: number): number {
  let bytes = 0
  const pending = [value]
  while (pending.length > 0 && bytes < maxBytes) {
    const item = pending.pop()
    if (typeof item === 'string') bytes += item.length + 3
    else if (typeof item !== 'object' || item === null) bytes += 8
    else {
      bytes += 2
      for (const [key, field] of Object.entries(item)) {
        bytes += Array.isArray(item) ? 1 : key.length + 4
        pending.push(field)
      }
    }
  }
  return bytes
}
