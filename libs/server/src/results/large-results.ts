import { createId } from '@mcp/protocol'

/** The JSON of a result that was too large to be returned whole. */
export interface LargeResult {
  readonly sessionId: string
  readonly text: string
  /** Whether it is untrusted content from outside this system. */
  readonly isUntrusted: boolean
}

/** The large results of all sessions. The oldest are evicted to make room for new ones. */
export interface LargeResults {
  /** Stores a result and returns its reference, or `undefined` if it exceeds the capacity. */
  add(result: LargeResult): string | undefined
  find(sessionId: string, resultRef: string): LargeResult | undefined
  sessionClosed(sessionId: string): void
  close(): void
}

export interface LargeResultsOptions {
  /** Maximum total length of one session's results, in characters. Default: 16 Mi. */
  readonly maxSessionLength?: number | undefined
  /** Maximum total length of all results, in characters. Default: 128 Mi. */
  readonly maxLength?: number | undefined
}

const mebi = 1024 * 1024

/** Creates a store of large results. A result is removed when its session closes, or by eviction. */
export function createLargeResults(options: LargeResultsOptions = {}): LargeResults {
  const { maxSessionLength = 16 * mebi, maxLength = 128 * mebi } = options
  // Both maps, and the sets in the second, iterate from the oldest to the newest.
  const all = new Map<string, LargeResult>()
  const refsBySession = new Map<string, Set<string>>()
  const lengthBySession = new Map<string, number>()
  let length = 0

  function remove(resultRef: string): void {
    const result = all.get(resultRef)
    if (result === undefined) return
    const { sessionId, text } = result
    all.delete(resultRef)
    length -= text.length
    const refs = refsBySession.get(sessionId)
    refs?.delete(resultRef)
    if (refs === undefined || refs.size === 0) {
      refsBySession.delete(sessionId)
      lengthBySession.delete(sessionId)
    } else {
      lengthBySession.set(sessionId, lengthOf(sessionId) - text.length)
    }
  }

  function lengthOf(sessionId: string): number {
    return lengthBySession.get(sessionId) ?? 0
  }

  return {
    add(result) {
      const { sessionId, text } = result
      if (text.length > Math.min(maxSessionLength, maxLength)) return undefined
      const refs = refsBySession.get(sessionId) ?? new Set<string>()
      for (const oldest of refs) {
        if (lengthOf(sessionId) + text.length <= maxSessionLength) break
        remove(oldest)
      }
      for (const oldest of all.keys()) {
        if (length + text.length <= maxLength) break
        remove(oldest)
      }
      const resultRef = createId('result')
      all.set(resultRef, result)
      refsBySession.set(sessionId, refs.add(resultRef))
      lengthBySession.set(sessionId, lengthOf(sessionId) + text.length)
      length += text.length
      return resultRef
    },
    find(sessionId, resultRef) {
      const result = all.get(resultRef)
      return result?.sessionId === sessionId ? result : undefined
    },
    sessionClosed(sessionId) {
      for (const resultRef of refsBySession.get(sessionId) ?? []) remove(resultRef)
    },
    close() {
      all.clear()
      refsBySession.clear()
      lengthBySession.clear()
      length = 0
    },
  }
}
