import { expect, it } from 'vitest'

import { createLogger } from '../logging/logger.ts'
import type { StartedParts } from './start-parts.ts'
import { startParts } from './start-parts.ts'

const log = createLogger({ name: 'test', level: 'silent' })

/** Starts three parts, of which the second one cannot be closed. */
function addParts(parts: StartedParts): { readonly closed: string[] } {
  const closed: string[] = []
  parts.add(({ graceMs } = {}) => void closed.push(`first ${graceMs}`))
  parts.add(async () => {
    closed.push('second')
    throw new Error('cannot be closed')
  })
  parts.add(() => void closed.push('third'))
  return { closed }
}

it('closes all parts, the last one first, and throws the first error', async () => {
  const { closed, close } = await startParts(log, async (parts) => addParts(parts))
  expect(closed).toEqual([])
  await expect(close({ graceMs: 5 })).rejects.toThrow('cannot be closed')
  expect(closed).toEqual(['third', 'second', 'first 5'])
  await close()
  expect(closed).toHaveLength(3)
})

it('closes the parts and throws the error of the start if it fails', async () => {
  let closed: readonly string[] = []
  const starting = startParts(log, async (parts) => {
    closed = addParts(parts).closed
    throw new Error('the port is in use')
  })
  await expect(starting).rejects.toThrow('the port is in use')
  expect(closed).toEqual(['third', 'second', 'first undefined'])
})
