import { createHash } from 'node:crypto'

/**
 * The sessions of owners, as far as this process knows them. A handle identifies a session without its id.
 */
export interface OwnerSessions {
  add(owner: string, sessionId: string): void
  remove(owner: string, sessionId: string): void
  /** Returns the ids of the sessions of an owner, the most recently used session first. */
  list(owner: string): readonly string[]
}

const maxOwners = 1000
const maxSessions = 50

/**
 * Creates the list of sessions. If there are too many sessions or owners, it removes the least recently used
 * ones.
 */
export function createOwnerSessions(): OwnerSessions {
  const owners = new Map<string, readonly string[]>()

  function replace(owner: string, sessionIds: readonly string[]): void {
    // The entry is inserted again, so that the first entry of the map is the least recently used one.
    owners.delete(owner)
    if (sessionIds.length > 0) owners.set(owner, sessionIds.slice(0, maxSessions))
    const [oldest] = owners.keys()
    if (owners.size > maxOwners && oldest !== undefined) owners.delete(oldest)
  }

  const list = (owner: string): readonly string[] => owners.get(owner) ?? []
  const others = (owner: string, sessionId: string): string[] =>
    list(owner).filter((each) => each !== sessionId)

  return {
    add: (owner, sessionId) => replace(owner, [sessionId, ...others(owner, sessionId)]),
    remove: (owner, sessionId) => replace(owner, others(owner, sessionId)),
    list,
  }
}

/**
 * Returns the handle of a session. The id is a credential, and cannot be computed from the handle. The handle
 * is hexadecimal, because a handle that begins with a dash would be read as an option on a command line.
 */
export function handleOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 32)
}
