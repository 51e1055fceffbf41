import type { Clock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { createDatabase } from './transactions/database.ts'
import type { Engine } from './engines/engine.ts'

it('tells who waits that a database is being started, where that takes long', async () => {
  const waiting = new Set<() => void>()
  const clock: Clock = {
    now: () => 0,
    after(_ms, run) {
      waiting.add(run)
      return () => void waiting.delete(run)
    },
    every: () => () => {},
  }
  const opening = Promise.withResolvers<Engine>()
  const database = createDatabase(
    { name: 'shop', engine: 'pglite' },
    { clock, waitMs: 1000, open: () => opening.promise },
  )
  const told: unknown[] = []
  const started = database.engine((progress) => told.push(progress))
  expect(told).toEqual([])
  for (const run of waiting) run()
  expect(told).toEqual([{ progress: 0, message: expect.stringContaining('"shop" is being') }])

  opening.reject(new Error('no engine'))
  await expect(started).rejects.toThrow('no engine')
  expect(waiting.size).toBe(0)
})
