import type { Matcher } from './glob.ts'
import { compileGlob, literalStart } from './glob.ts'

/** What a session wants to hear of: one resource, or all whose URIs fit a glob. */
export type Interest =
  | { readonly type: 'uri'; readonly value: string }
  | { readonly type: 'pattern'; readonly value: string }

/** Who wants to hear of which resources. */
export interface SubscriptionIndex {
  /**
   * @throws McpError `invalid-params`, reason `pattern-syntax`, for a pattern that is none.
   */
  add(interest: Interest, sessionId: string): void
  /** Whether there was such a subscription. */
  remove(interest: Interest, sessionId: string): boolean
  /** The patterns that the URI fits, one after another, so that the caller can pause between them. */
  listeners(uri: string): Iterable<Iterable<string>>
}

interface PatternEntry {
  readonly start: string
  readonly fits: Matcher
  readonly sessionIds: Set<string>
}

/** Finds sessions by URI in one step, and tries each pattern once however many sessions share it. */
export function createSubscriptionIndex(): SubscriptionIndex {
  const byUri = new Map<string, Set<string>>()
  const byPattern = new Map<string, PatternEntry>()

  return {
    add({ type, value }, sessionId) {
      if (type === 'uri') {
        const sessionIds = byUri.get(value) ?? new Set()
        byUri.set(value, sessionIds.add(sessionId))
        return
      }
      const entry = byPattern.get(value) ?? {
        start: literalStart(value),
        fits: compileGlob(value),
        sessionIds: new Set<string>(),
      }
      entry.sessionIds.add(sessionId)
      byPattern.set(value, entry)
    },
    remove({ type, value }, sessionId) {
      const map: Map<string, unknown> = type === 'uri' ? byUri : byPattern
      const sessionIds = type === 'uri' ? byUri.get(value) : byPattern.get(value)?.sessionIds
      if (sessionIds?.delete(sessionId) !== true) return false
      if (sessionIds.size === 0) map.delete(value)
      return true
    },
    *listeners(uri) {
      yield byUri.get(uri) ?? []
      for (const { start, fits, sessionIds } of byPattern.values()) {
        yield uri.startsWith(start) && fits(uri) ? sessionIds : []
      }
    },
  }
}
