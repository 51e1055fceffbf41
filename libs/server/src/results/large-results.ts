import { createId } from '@mcp/protocol'

/** The JSON of a result that was too large to be answered whole. */
export interface LargeResult {
  readonly sessionId: string
  readonly text: string
  /** Whether it came from outside. */
  readonly isUntrusted: boolean
}

/** The large results of all sessions, the oldest of which make room for new ones. */
export interface LargeResults {
  /** Keeps a result and returns its reference; `undefined` where it is larger than all the room. */
  add(result: LargeResult): string | undefined
  find(sessionId: string, resultRef: string): LargeResult | undefined
  sessionClosed(sessionId: string): void
  close(): void
}

export interface LargeResultsOptions {
  /** The room of one session, in characters. Default: 16 Mi. */
  readonly maxSessionLength?: number | undefined
  /** The room of all sessions, in characters. Default: 128 Mi. */
  readonly maxLength?: number | undefined
}

const mebi = 1024 * 1024

/** Keeps large results until their session closes. */
export function createLargeResults(options: LargeResultsOptions = {}): LargeResults {
  const { maxSessionLength = 16 * mebi, maxLength = 128 * mebi } = options
  // In the order of their age, each.
  const all = new Map<string, LargeResult>()
  const refsBySession = new Map<string, Set<string>>()
  const lengthBySession = new Map<string, number>()
  let length = 0

  function drop(resultRef: string): void {
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
        drop(oldest)
      }
      for (const oldest of all.keys()) {
        if (length + text.length <= maxLength) break
        drop(oldest)
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
      for (const resultRef of refsBySession.get(sessionId) ?? []) drop(resultRef)
    },
    close() {
      all.clear()
      refsBySession.clear()
      lengthBySession.clear()
      length = 0
    },
  }
}
