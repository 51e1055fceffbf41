import { expect, it } from 'vitest'

import { loadPart } from './load-part.ts'

/** Creates a part whose first attempts to load it fail. */
function createPart(failures: number) {
  let attempts = 0
  const waits: number[] = []
  const load = () =>
    loadPart(
      async () => {
        attempts++
        if (attempts <= failures) throw new TypeError('Failed to fetch the module.')
        return 'part'
      },
      async (ms) => void waits.push(ms),
    )
  return { load, waits }
}

it('loads a part again while the service is not reachable', async () => {
  const { load, waits } = createPart(7)
  expect(await load()).toBe('part')
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000])
})

it('fails if the part does not exist', async () => {
  const { load, waits } = createPart(Infinity)
  await expect(load()).rejects.toThrow('Failed to fetch the module.')
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(120_000)
})
