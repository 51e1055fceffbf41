/** Refuses signed requests that were already accepted. Each signer numbers its requests. */
export interface ReplayGuard {
  /** Returns whether the number of the signer is new, and records it. */
  accept(signer: string, number: number): boolean
}

// A request is accepted only if fewer than this number of later requests of the signer arrive before
// it. The slots take 256 KiB per signer.
const slots = 32_768
const maxSigners = 16

/**
 * Creates a guard with limited memory. A number belongs to the slot `number % slots`, and the slot
 * stores the greatest number that it has accepted. A number that is not greater is refused: it was
 * either used before, or it is at least `slots` numbers late.
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
