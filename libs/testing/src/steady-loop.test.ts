import { expect, it } from 'vitest'

import { expectSteadyLoop, longestBlockMs } from './steady-loop.ts'

function sleepInPlace(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

it('sees how long the event loop was held up, at the end as well', async () => {
  const blockMs = await longestBlockMs(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    sleepInPlace(120)
  })
  expect(blockMs).toBeGreaterThan(110)
})

it('sees work that takes the processor', async () => {
  const blockMs = await longestBlockMs(async () => {
    const before = process.cpuUsage().user
    while (process.cpuUsage().user - before < 100_000);
  })
  expect(blockMs).toBeGreaterThan(50)
})

it('passes what leaves the loop free, and fails what never does', async () => {
  await expectSteadyLoop(() => new Promise((resolve) => setTimeout(resolve, 100)))
  await expect(
    expectSteadyLoop(async () => sleepInPlace(80), { maxMs: 50, attempts: 2 }),
  ).rejects.toThrow(/held up for \d+, \d+ ms; 50 ms is the most/)
})
