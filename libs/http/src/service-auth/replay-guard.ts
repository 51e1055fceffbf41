/** Refuses signed requests that were already accepted. Each signer numbers its requests. */
export interface ReplayGuard {
  /** Returns whether the number of the signer is new, and records it. */
  accept(signer: string, number: number): boolean
}

// A request is accepted only if fewer than this number of later requests of the signer arrive before
// it. The slots take 256 KiB per signer.
const slots = 32_768
const maxSigners = 16

interface Signer {
  /** The greatest accepted number by slot. */
  readonly latest: Float64Array
  /** Position of the latest request of the signer among those of all signers. */
  usedAt: number
}

/**
 * Creates a guard with limited memory. A number belongs to the slot `number % slots`, and the slot
 * stores the greatest number that it has accepted. A number that is not greater is refused: it was
 * either used before, or it is at least `slots` numbers late.
 */
export function createReplayGuard(): ReplayGuard {
  const signers = new Map<string, Signer>()
  let accepts = 0

  function signerOf(name: string): Signer {
    const known = signers.get(name)
    if (known !== undefined) return known
    if (signers.size >= maxSigners) evict()
    const created = { latest: new Float64Array(slots), usedAt: 0 }
    signers.set(name, created)
    return created
  }

  /**
   * Evicts the signer whose last request is the oldest. After an eviction, requests of the signer that are at
   * most a minute old could be replayed. The signer must therefore not be a process that still sends requests.
   */
  function evict(): void {
    const [oldest] = [...signers].toSorted(([, left], [, right]) => left.usedAt - right.usedAt)
    if (oldest !== undefined) signers.delete(oldest[0])
  }

  return {
    accept(name, number) {
      const signer = signerOf(name)
      signer.usedAt = ++accepts
      const { latest } = signer
      const slot = number % slots
      if (number <= (latest[slot] ?? 0)) return false
      latest[slot] = number
      return true
    },
  }
}
