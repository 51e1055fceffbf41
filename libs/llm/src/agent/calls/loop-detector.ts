import { canonicalJson } from '../canonical-json.ts'

/** Detects calls that the model repeats with the same arguments. */
export interface LoopDetector {
  /** Records a call and returns whether it was recorded before. */
  isRepeat(key: string): boolean
  /** Removes the record of a call. Used if the call was not made or failed with a retryable error. */
  forget(key: string): void
  /** Removes the records of all other calls. Used if this call may have changed their results. */
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

/** Returns the key of a call. The order of the arguments does not change the key. */
export function callKey(tool: string, args: unknown): string {
  return `${tool} ${canonicalJson(args)}`
}
