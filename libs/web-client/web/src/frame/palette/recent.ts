const key = 'mcp-recent'
const maxRecent = 30

/** Returns the ids of the entries that were used last, the newest first. */
export function readRecent(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  } catch {
    // A browser that blocks storage throws.
    return []
  }
}

export function addRecent(id: string): void {
  const ids = [id, ...readRecent().filter((each) => each !== id)].slice(0, maxRecent)
  try {
    localStorage.setItem(key, JSON.stringify(ids))
  } catch {
    // Without storage, the order is the usual one.
  }
}
