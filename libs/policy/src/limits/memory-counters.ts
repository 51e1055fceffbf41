import type { MemoryRateLimiter } from '@mcp/concurrency'
import { createRateLimiter } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import type { PolicyCounters } from './policy-counters.ts'

interface Total {
  amount: number
  readonly expiresAt: number
}

const maxTotals = 100_000

/** Creates counters in the memory of this process. */
export function createMemoryCounters(clock: Clock = systemClock): PolicyCounters {
  const limiters = new Map<string, MemoryRateLimiter>()
  const totals = new Map<string, Total>()

  return {
    take(key, { requests, perMs }, count) {
      const name = `${requests}/${perMs}`
      let limiter = limiters.get(name)
      if (limiter === undefined) {
        limiters.set(name, (limiter = createRateLimiter({ requests, perMs }, clock)))
      }
      return limiter(key, count)
    },
    add(key, amount, expiresAt) {
      const known = totals.get(key)
      const now = clock.now()
      if (known !== undefined && now < known.expiresAt) return (known.amount += amount)
      totals.delete(key)
      if (amount === 0) return 0
      if (totals.size >= maxTotals) removeExpired(totals, now)
      totals.set(key, { amount, expiresAt })
      return amount
    },
  }
}

/** Removes the expired totals and, if all are current, the oldest one. */
function removeExpired(totals: Map<string, Total>, now: number): void {
  for (const [key, { expiresAt }] of totals) if (expiresAt <= now) totals.delete(key)
  const [oldest] = totals.keys()
  if (totals.size >= maxTotals && oldest !== undefined) totals.delete(oldest)
}
