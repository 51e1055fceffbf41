import { expect, it } from 'vitest'

import { createDeadlines } from './deadlines.ts'
import { createManualClock } from './manual-clock.ts'

it('expires each entry when its time has come, behind one timer', () => {
  const clock = createManualClock(0)
  const expired: string[] = []
  const deadlines = createDeadlines<{ name: string; deadline: number }>(clock, ({ name }) => {
    expired.push(`${name} at ${clock.now()}`)
  })
  const [a, b, c, far] = [
    { name: 'a', deadline: 100 },
    { name: 'b', deadline: 50 },
    { name: 'c', deadline: 60 },
    { name: 'far', deadline: 10_000_000_000 },
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
  deadlines.add({ name: 'late', deadline: clock.now() + 5 })
  deadlines.close()
  expect(clock.pending()).toBe(0)
})
