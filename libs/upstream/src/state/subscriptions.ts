/** A resource that is subscribed on the connection of a key. */
export interface Subscription {
  readonly key: string
  readonly uri: string
}

/** Subscriptions of sessions to resources of one server. */
export interface Subscriptions {
  add(key: string, uri: string, sessionId: string): void
  /** Returns whether it was the last subscription to the URI on this connection. */
  delete(key: string, uri: string, sessionId: string): boolean
  /**
   * Removes the subscriptions of a session to a URI, except that on the connection `exceptKey`. Returns those
   * that were the last.
   */
  deleteUri(uri: string, sessionId: string, exceptKey?: string): readonly Subscription[]
  /** Removes all subscriptions of a session, and returns those that were the last. */
  deleteSession(sessionId: string): readonly Subscription[]
  /** The sessions that are subscribed to a URI on a connection. */
  sessions(key: string, uri: string): readonly string[]
  /** The URIs that are subscribed on a connection. */
  uris(key: string): readonly string[]
  /** Whether a connection has subscriptions. */
  has(key: string): boolean
  /** The keys of the connections that have subscriptions. */
  keys(): readonly string[]
}

export function createSubscriptions(): Subscriptions {
  const byKey = new Map<string, Map<string, Set<string>>>()

  function remove(key: string, uri: string, sessionId: string): boolean {
    const uris = byKey.get(key)
    const sessions = uris?.get(uri)
    if (uris === undefined || sessions?.delete(sessionId) !== true || sessions.size > 0)
      return false
    uris.delete(uri)
    if (uris.size === 0) byKey.delete(key)
    return true
  }

  return {
    add(key, uri, sessionId) {
      let uris = byKey.get(key)
      if (uris === undefined) byKey.set(key, (uris = new Map<string, Set<string>>()))
      const sessions = uris.get(uri)
      if (sessions === undefined) uris.set(uri, new Set([sessionId]))
      else sessions.add(sessionId)
    },
    delete: remove,
    deleteUri: (uri, sessionId, exceptKey) =>
      Array.from(byKey.keys(), (key) => ({ key, uri })).filter(
        ({ key }) => key !== exceptKey && remove(key, uri, sessionId),
      ),
    deleteSession(sessionId) {
      const all = [...byKey].flatMap(([key, uris]) =>
        Array.from(uris.keys(), (uri) => ({ key, uri })),
      )
      return all.filter(({ key, uri }) => remove(key, uri, sessionId))
    },
    sessions: (key, uri) => [...(byKey.get(key)?.get(uri) ?? [])],
    uris: (key) => [...(byKey.get(key)?.keys() ?? [])],
    has: (key) => byKey.has(key),
    keys: () => [...byKey.keys()],
  }
}
