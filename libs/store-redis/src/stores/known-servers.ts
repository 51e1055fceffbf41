import { LRUCache } from 'lru-cache'

/** The servers that Redis has for each session that this process has read. */
export interface KnownServers {
  has(sessionId: string, server: string): boolean
  add(sessionId: string, server: string): void
  /** Replaces the servers of a session by those that were read. */
  read(sessionId: string, servers: readonly string[]): void
  forget(sessionId: string): void
}

const maxSessions = 10_000

/**
 * Creates the cache, so that each server of a session is written once instead of once per request. A request
 * reads its session first, which updates the cache. The cache is therefore never older than the request.
 */
export function createKnownServers(): KnownServers {
  const known = new LRUCache<string, readonly string[]>({ max: maxSessions })
  return {
    has: (sessionId, server) => known.get(sessionId)?.includes(server) === true,
    add(sessionId, server) {
      known.set(sessionId, [...(known.get(sessionId) ?? []), server])
    },
    read: (sessionId, servers) => void known.set(sessionId, servers),
    forget: (sessionId) => void known.delete(sessionId),
  }
}
