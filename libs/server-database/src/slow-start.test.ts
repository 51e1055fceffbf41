import type { Clock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { EngineDefinition } from './engines/engine-definition.ts'
import type { Engine } from './engines/engine.ts'
import { pglite } from './engines/pglite/pglite-definition.ts'
import { createDatabase } from './transactions/database.ts'

it('reports progress to callers that wait for a slow start', async () => {
  const waiting = new Set<() => void>()
  const clock: Clock = {
    now: () => 0,
    after(_ms, run) {
      waiting.add(run)
      return () => void waiting.delete(run)
    },
    every(_ms, run) {
      waiting.add(run)
      return () => void waiting.delete(run)
    },
  }
  const opening = Promise.withResolvers<Engine>()
  const definition: EngineDefinition = { ...pglite, open: () => opening.promise }
  const database = createDatabase(
    { config: { name: 'shop', engine: 'pglite' }, definition },
    { clock, log: { info() {}, warn() {} }, waitMs: 1000, engineOptions: {} },
  )
  const reported: unknown[] = []
  const started = database.engine((progress) => reported.push(progress))
  expect(reported).toEqual([])
  const message = expect.stringContaining('Starting the database "shop"')
  for (const run of Array.from(waiting)) {
    waiting.delete(run)
    run()
  }
  expect(reported).toEqual([{ progress: 0, message }])
  for (const run of waiting) run()
  for (const run of waiting) run()
  expect(reported.slice(1)).toEqual([
    { progress: 5, message },
    { progress: 10, message },
  ])

  opening.reject(new Error('no engine'))
  await expect(started).rejects.toThrow('no engine')
  expect(waiting.size).toBe(0)
})
