/** A claim whose result did not arrive. */
export interface OrphanedClaim {
  readonly sessionId: string
  readonly requestId: string
  readonly ticket: string
}

/**
 * Claims whose result did not arrive, because the connection broke or Redis did not respond in time. Redis may
 * have made these claims for this process, which does not run their requests. Each claim is released as soon as
 * Redis responds. Without the release, a repeated request would wait until this process ends.
 */
export interface OrphanedClaims {
  add(claim: OrphanedClaim): void
  /** Tries once to release the claims. */
  flush(): Promise<void>
}

/** Maximum number of claims. The oldest claims beyond it are not released. */
const maxClaims = 10_000

/** Creates an empty list. `release` frees the id of a claim, unless it belongs to another ticket. */
export function createOrphanedClaims(
  release: (claim: OrphanedClaim) => Promise<unknown>,
): OrphanedClaims {
  const claims = new Set<OrphanedClaim>()
  let isFlushing = false

  return {
    add(claim) {
      claims.add(claim)
      const [oldest] = claims
      if (claims.size > maxClaims && oldest !== undefined) claims.delete(oldest)
    },
    async flush() {
      if (isFlushing) return
      isFlushing = true
      try {
        for (const claim of claims) {
          await release(claim)
          claims.delete(claim)
        }
      } finally {
        isFlushing = false
      }
    },
  }
}
