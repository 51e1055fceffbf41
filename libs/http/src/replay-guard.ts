/** Refuses numbers that were used before. */
export interface ReplayGuard {
  /** Returns whether the number of that signer is new, and records it. */
  accept(signer: string, number: number): boolean
}

// Maximum number of later requests that may overtake one. It takes 256 KiB per signer.
const slots = 32_768
const maxSigners = 16

/**
 * Creates a guard in bounded memory. Each slot holds the latest number that fell into it, so a number
 * that is not greater was used before, or was overtaken by as many requests as there are slots.
 */
export function createReplayGuard(): ReplayGuard {
  const latestBySigner = new Map<string, Float64Array>()

  function slotsOf(signer: string): Float64Array {
    const known = latestBySigner.get(signer)
    if (known !== undefined) return known
    const [oldest] = latestBySigner.keys()
    if (latestBySigner.size >= maxSigners && oldest !== undefined) latestBySigner.delete(oldest)
    const created = new Float64Array(slots)
    latestBySigner.set(signer, created)
    return created
  }

  return {
    accept(signer, number) {
      const latest = slotsOf(signer)
      const slot = number % slots
      if (number <= (latest[slot] ?? 0)) return false
      latest[slot] = number
      return true
    },
  }
}
