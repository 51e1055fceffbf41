import type { EndedSession } from './session-store.ts'
import type { StoreLimits } from './store-limits.ts'

/** The owners and end reasons of ended sessions in memory, bounded by number and age. */
export interface EndedSessions {
  get(sessionId: string): EndedSession | undefined
  add(sessionId: string, ended: EndedSession, at: number): void
  /** Drops a batch of entries that are older than `endedSessionTtlMs`. */
  prune(at: number): void
  clear(): void
}

const batchSize = 10_000

export function createEndedSessions(limits: StoreLimits): EndedSessions {
  // In the order in which the sessions ended.
  const ended = new Map<string, EndedSession & { readonly at: number }>()

  return {
    get: (sessionId) => ended.get(sessionId),
    add(sessionId, { owner, endedBy }, at) {
      ended.set(sessionId, { owner, endedBy, at })
      const [oldest] = ended.size > limits.maxEndedSessions ? ended.keys() : []
      if (oldest !== undefined) ended.delete(oldest)
    },
    prune(at) {
      let dropped = 0
      for (const [id, { at: endedAt }] of ended) {
        if (endedAt > at - limits.endedSessionTtlMs || dropped++ === batchSize) return
        ended.delete(id)
      }
    },
    clear: () => ended.clear(),
  }
}
