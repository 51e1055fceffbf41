/** Detects repeated calls. */
export interface LoopDetector {
  /** Records a call and returns whether it was recorded before. */
  isRepeat(key: string): boolean
  /** Allows a call again, because it was not made or failed with a retryable error. */
  forget(key: string): void
  /** Allows all other calls again, because this call may have changed their results. */
  reset(key: string): void
}

/** Creates a detector for one run. */
export function createLoopDetector(): LoopDetector {
  const made = new Set<string>()
  return {
    isRepeat(key) {
      const isKnown = made.has(key)
      made.add(key)
      return isKnown
    },
    forget(key) {
      made.delete(key)
    },
    reset(key) {
      made.clear()
      made.add(key)
    },
  }
}

/** Returns the same key for equal calls, independent of the order of their arguments. */
export function callKey(tool: string, args: unknown): string {
  return `${tool} ${JSON.stringify(sortKeys(args))}`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return entries.map(([key, inner]) => [key, sortKeys(inner)])
}
