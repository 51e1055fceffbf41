/** Notices a call that is made again although nothing has changed. */
export interface RepeatGuard {
  /** Whether this call was made before. Remembers it. */
  isRepeat(key: string): boolean
  /** Its outcome may be better next time. */
  forget(key: string): void
  /** It changed something, so that the others may be worth making again. */
  changed(key: string): void
}

/** Remembers the calls of one run. */
export function createRepeatGuard(): RepeatGuard {
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
    changed(key) {
      made.clear()
      made.add(key)
    },
  }
}

/** One text for all ways to write the same call. */
export function callKey(tool: string, args: unknown): string {
  return `${tool} ${JSON.stringify(sortKeys(args))}`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return entries.map(([key, inner]) => [key, sortKeys(inner)])
}
