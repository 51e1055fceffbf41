import { createId } from '@mcp/protocol'

/** The JSON of a result that was too large to be returned whole. */
export interface LargeResult {
  readonly sessionId: string
  /** Key of the caller. The result counts towards the share of this caller. */
  readonly callerKey: string
  readonly text: string
  /** Whether the result is untrusted content from outside this system. */
  readonly isUntrusted: boolean
}

/**
 * The large results of all sessions. A new result evicts only the oldest results of the same session
 * or the same caller.
 */
export interface LargeResults {
  /**
   * Stores a result and returns its reference. Returns `undefined` if the result exceeds the limit of
   * a session or the share of the caller.
   */
  add(result: LargeResult): string | undefined
  find(sessionId: string, resultRef: string): LargeResult | undefined
  sessionClosed(sessionId: string): void
  close(): void
}

export interface LargeResultsOptions {
  /** Maximum total length of one session's results, in characters. Default: 16 Mi. */
  readonly maxSessionLength?: number | undefined
  /**
   * Maximum total length of all results, in characters. The share of a caller is half of the length
   * that the results of other callers do not use. Default: 128 Mi.
   */
  readonly maxLength?: number | undefined
}

const mebi = 1024 * 1024

/** Creates a store of large results. A result is removed when its session closes or it is evicted. */
export function createLargeResults(options: LargeResultsOptions = {}): LargeResults {
  const { maxSessionLength = 16 * mebi, maxLength = 128 * mebi } = options
  const all = new Map<string, LargeResult>()
  const sessions = createUsage()
  const callers = createUsage()
  let length = 0

  function remove(resultRef: string): void {
    const result = all.get(resultRef)
    if (result === undefined) return
    all.delete(resultRef)
    length -= result.text.length
    sessions.remove(result.sessionId, resultRef, result.text.length)
    callers.remove(result.callerKey, resultRef, result.text.length)
  }

  return {
    add(result) {
      const { sessionId, callerKey, text } = result
      const share = (maxLength - (length - callers.lengthOf(callerKey))) / 2
      if (text.length > Math.min(maxSessionLength, share)) return undefined
      for (const oldest of sessions.refsOf(sessionId)) {
        if (sessions.lengthOf(sessionId) + text.length <= maxSessionLength) break
        remove(oldest)
      }
      for (const oldest of callers.refsOf(callerKey)) {
        if (callers.lengthOf(callerKey) + text.length <= share) break
        remove(oldest)
      }
      const resultRef = createId('result')
      all.set(resultRef, result)
      sessions.add(sessionId, resultRef, text.length)
      callers.add(callerKey, resultRef, text.length)
      length += text.length
      return resultRef
    },
    find(sessionId, resultRef) {
      const result = all.get(resultRef)
      return result?.sessionId === sessionId ? result : undefined
    },
    sessionClosed(sessionId) {
      for (const resultRef of sessions.refsOf(sessionId)) remove(resultRef)
    },
    close() {
      for (const resultRef of all.keys()) remove(resultRef)
    },
  }
}

/** Creates a record of the references and the total length of the results by key. */
function createUsage() {
  const usages = new Map<string, { readonly refs: Set<string>; length: number }>()

  return {
    /** Returns the references of a key, the oldest first. */
    refsOf: (key: string): Iterable<string> => usages.get(key)?.refs ?? [],
    lengthOf: (key: string): number => usages.get(key)?.length ?? 0,
    add(key: string, ref: string, length: number): void {
      const usage = usages.get(key) ?? { refs: new Set(), length: 0 }
      usages.set(key, usage)
      usage.refs.add(ref)
      usage.length += length
    },
    remove(key: string, ref: string, length: number): void {
      const usage = usages.get(key)
      if (usage?.refs.delete(ref) !== true) return
      usage.length -= length
      if (usage.refs.size === 0) usages.delete(key)
    },
  }
}
