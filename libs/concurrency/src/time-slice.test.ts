import { expect, it } from 'vitest'

import { createTimeSlice } from './time-slice.ts'

it('is over after 8 ms, and starts again when other work has run', async () => {
  const slice = createTimeSlice()
  let hasOtherWorkRun = false
  setImmediate(() => {
    hasOtherWorkRun = true
  })
  const startedAt = performance.now()
  while (!slice.isOver()) expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(7)
  await slice.yield()
  expect(hasOtherWorkRun).toBe(true)
})
