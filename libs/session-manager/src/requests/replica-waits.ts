import type { Clock } from '@mcp/protocol'

/** Repeated requests that wait until another replica has settled the original request. */
export interface ReplicaWaits {
  /**
   * Waits until `wake` or `wakeAll` is called, or up to `maxMs`. The caller then reads whether the request is
   * settled.
   */
  wait(sessionId: string, requestId: string, maxMs: number): Promise<void>
  wake(sessionId: string, requestId: string): void
  /** Ends all waits, because signals of other replicas were lost. */
  wakeAll(): void
}

export function createReplicaWaits(clock: Clock): ReplicaWaits {
  const waiting = new Map<string, Set<() => void>>()

  function wakeKey(key: string): void {
    // Iterates over a copy, because each function removes itself from the set.
    for (const wake of Array.from(waiting.get(key) ?? [])) wake()
  }

  return {
    wait(sessionId, requestId, maxMs) {
      const key = keyOf(sessionId, requestId)
      return new Promise((resolve) => {
        const wakers = waiting.get(key) ?? new Set()
        waiting.set(key, wakers)
        const wake = (): void => {
          stopTimer()
          wakers.delete(wake)
          if (wakers.size === 0) waiting.delete(key)
          resolve()
        }
        const stopTimer = clock.after(maxMs, wake)
        wakers.add(wake)
      })
    },
    wake: (sessionId, requestId) => wakeKey(keyOf(sessionId, requestId)),
    wakeAll() {
      for (const key of Array.from(waiting.keys())) wakeKey(key)
    },
  }
}

const keyOf = (sessionId: string, requestId: string): string => `${sessionId} ${requestId}`
