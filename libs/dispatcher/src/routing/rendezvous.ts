/**
 * Sorts the items for a session by the hash of their key and the session id, the highest first. A
 * session uses the first item. If an item is removed, only the sessions that used it get another item.
 */
export function rendezvousOrder<Item extends { readonly key: string }>(
  sessionId: string,
  items: readonly Item[],
): Item[] {
  return items
    .map((item) => ({ item, weight: hash(`${item.key}\n${sessionId}`) }))
    .toSorted((left, right) => right.weight - left.weight)
    .map(({ item }) => item)
}

// FNV-1a with a final avalanche step. Without this step, keys that differ only in their first
// character would have nearly equal hashes.
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
