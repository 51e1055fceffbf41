import type { GlobMatcher } from '@mcp/files'
import { compileGlob, literalPrefix } from '@mcp/files'

/** Target of a subscription: one resource, or all resources whose URIs match a glob. */
export type SubscriptionTarget =
  | { readonly type: 'uri'; readonly value: string }
  | { readonly type: 'pattern'; readonly value: string }

/** The subscribed sessions by URI and by pattern. */
export interface SubscriptionIndex {
  /**
   * Adds a subscription.
   *
   * @throws McpError `invalid-params`, reason `glob-syntax`, for an invalid pattern.
   */
  add(target: SubscriptionTarget, sessionId: string): void
  /** Removes a subscription. Returns whether it existed. */
  remove(target: SubscriptionTarget, sessionId: string): boolean
  /**
   * Yields the sessions that subscribed to the URI, then the sessions of each pattern, or none if the
   * pattern does not match. The caller can pause after each pattern.
   */
  subscribers(uri: string): Iterable<Iterable<string>>
}

interface PatternEntry {
  readonly start: string
  readonly matches: GlobMatcher
  readonly sessionIds: Set<string>
}

/**
 * Creates an index. A change takes one look-up of its URI and one match per pattern. Sessions with the
 * same pattern share the match.
 */
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
        start: literalPrefix(value),
        matches: compileGlob(value, { param: 'pattern' }),
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
    *subscribers(uri) {
      yield byUri.get(uri) ?? []
      for (const { start, matches, sessionIds } of byPattern.values()) {
        yield uri.startsWith(start) && matches(uri) ? sessionIds : []
      }
    },
  }
}
