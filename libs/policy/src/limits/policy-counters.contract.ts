import type { Clock } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'

import type { PolicyCounters } from './policy-counters.ts'

/** A clock that a test sets. */
export interface SettableClock extends Clock {
  time: number
}

/** Creates empty counters. A store with its own clock may ignore the clock of the test. */
export type CreateCounters = (clock: Clock) => PolicyCounters | Promise<PolicyCounters>

/**
 * Verifies the behaviour of {@link PolicyCounters}.
 *
 * @example
 * itIsPolicyCounters('memory', (clock) => createMemoryCounters(clock))
 */
export function itIsPolicyCounters(name: string, createCounters: CreateCounters): void {
  const hour = 3_600_000
  describe(`${name}: PolicyCounters`, () => {
    it('permits the requests of a limit, and returns the time to wait for the next', async () => {
      const counters = await createCounters(settableClock())
      const limit = { requests: 5, perMs: hour }
      for (let count = 0; count < 5; count++) expect(await counters.take('ada', limit)).toBe(0)
      const waitMs = await counters.take('ada', limit)
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThanOrEqual(hour)
      expect(await counters.take('ben', limit)).toBe(0)
    })

    it('counts all of several requests or none, and returns requests', async () => {
      const counters = await createCounters(settableClock())
      const limit = { requests: 5, perMs: hour }
      expect(await counters.take('ada', limit, 3)).toBe(0)
      expect(await counters.take('ada', limit, 3)).toBeGreaterThan(0)
      expect(await counters.take('ada', limit, 2)).toBe(0)
      expect(await counters.take('ada', limit)).toBeGreaterThan(0)
      expect(await counters.take('ada', limit, -3)).toBe(0)
      expect(await counters.take('ada', limit, 4)).toBeGreaterThan(0)
      expect(await counters.take('ada', limit, 3)).toBe(0)
      // A count that is returned too late gives no more than the limit permits.
      expect(await counters.take('ben', limit, -3)).toBe(0)
      expect(await counters.take('ben', limit, 6)).toBeGreaterThan(0)
      expect(await counters.take('ben', limit, 5)).toBe(0)
    })

    it('counts concurrent requests of one key once each', async () => {
      const counters = await createCounters(settableClock())
      const limit = { requests: 50, perMs: hour }
      const taken = await Promise.all(
        Array.from({ length: 80 }, async () => counters.take('ada', limit)),
      )
      expect(taken.filter((waitMs) => waitMs === 0)).toHaveLength(50)
    })

    it('adds amounts to the total of a key', async () => {
      const clock = settableClock()
      const counters = await createCounters(clock)
      const expiresAt = clock.now() + hour
      expect(await counters.add('ada', 0, expiresAt)).toBe(0)
      expect(await counters.add('ada', 3, expiresAt)).toBe(3)
      expect(await counters.add('ada', 4, expiresAt)).toBe(7)
      expect(await counters.add('ada', 0, expiresAt)).toBe(7)
      expect(await counters.add('ben', 1, expiresAt)).toBe(1)
    })
  })
}

/** Creates a clock that starts at the time of the system, and moves only when a test sets it. */
export function settableClock(): SettableClock {
  return {
    time: Date.now(),
    now() {
      return this.time
    },
    after: () => () => {},
    every: () => () => {},
  }
}
