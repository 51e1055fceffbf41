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
    // Without storage, the entries have their default order.
  }
}

/** Adds what an address shows: an operation, a conversation or a view. */
export function addVisited(path: string): void {
  const [view, first, second] = readSegments(path)
  if (view === 'chat' && first !== undefined) addRecent(`conversation/${first}`)
  else if (view === 'console' && second !== undefined) addRecent(`operation/${first}/${second}`)
  else if (view !== undefined && view !== '') addRecent(`view/${view}`)
}

function readSegments(path: string): readonly string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    // A segment with invalid percent-encoding names nothing.
    return []
  }
}
