import { expect, it } from 'vitest'

import { createJournalLength } from './journal-length.ts'

/** Runs checkpoints of which each suspends writes for some time. Returns the length of the journal. */
function lengthAfter(count: number, everyMs: number, suspendedMs: number): number {
  let now = 0
  const length = createJournalLength(100, { now: () => now })
  for (let checkpoint = 0; checkpoint < count; checkpoint++) {
    now += everyMs
    length.suspended()
    now += suspendedMs
    length.ended()
  }
  return length.bytes
}

it('doubles after each checkpoint that suspended writes for too long, up to four times', () => {
  expect([1, 2, 3].map((count) => lengthAfter(count, 6_000, 100))).toEqual([200, 400, 400])
})

it.each([
  ['short pauses', 1_000, 20],
  ['pauses that are rare', 60_000, 200],
])('stays the same with %s', (_name, everyMs, suspendedMs) => {
  expect(lengthAfter(5, everyMs, suspendedMs)).toBe(100)
})
