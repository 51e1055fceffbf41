import { expect, it } from 'vitest'

import { expectSteadyLoop, maxBlockMs } from './steady-loop.ts'

function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

it('measures how long the event loop was blocked, also at the end', async () => {
  const blockMs = await maxBlockMs(async () => {
    await new Promise((resolve) => setTimeout(resolve, 10))
    blockThread(120)
  })
  expect(blockMs).toBeGreaterThan(110)
})

it('measures work that occupies the processor', async () => {
  const blockMs = await maxBlockMs(async () => {
    const before = process.cpuUsage().user
    while (process.cpuUsage().user - before < 100_000);
  })
  expect(blockMs).toBeGreaterThan(50)
})

it('accepts work that leaves the loop free, and fails work that always blocks it', async () => {
  await expectSteadyLoop(() => new Promise((resolve) => setTimeout(resolve, 100)))
  await expect(
    expectSteadyLoop(async () => blockThread(80), { maxMs: 50, attempts: 2 }),
  ).rejects.toThrow(/blocked for \d+, \d+ ms; the maximum is 50 ms/)
})
