import { expect, it } from 'vitest'

import type { Expiring } from './deadlines.ts'
import { createDeadlines } from './deadlines.ts'
import { createManualClock } from '@mcp/protocol/testing'

interface Entry extends Expiring<Entry> {
  readonly name: string
}

const entryOf = (name: string, deadline: number): Entry => ({
  name,
  deadline,
  next: undefined,
  previous: undefined,
})

it('expires each entry at its deadline, with one timer', () => {
  const clock = createManualClock(0)
  const expired: string[] = []
  const deadlines = createDeadlines<Entry>(clock, (entry) => {
    deadlines.delete(entry)
    expired.push(`${entry.name} at ${clock.now()}`)
  })
  const [a, b, c, far] = [
    entryOf('a', 100),
    entryOf('b', 50),
    entryOf('c', 60),
    entryOf('far', 10_000_000_000),
  ]
  for (const entry of [far, a, b, c]) deadlines.add(entry)
  deadlines.delete(c)
  expect(clock.pending()).toBe(1)
  clock.advance(50)
  expect(expired).toEqual(['b at 50'])
  clock.advance(5_000)
  expect(expired).toEqual(['b at 50', 'a at 100'])
  clock.advance(10_000_000_000)
  expect(expired[2]).toBe('far at 10000000000')
  deadlines.add(entryOf('late', clock.now() + 5))
  deadlines.close()
  expect(clock.pending()).toBe(0)
})
