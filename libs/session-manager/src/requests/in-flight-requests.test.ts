import { createRequest } from '@mcp/protocol'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { Run } from './in-flight-requests.ts'
import { createRunTable } from './in-flight-requests.ts'

function runOf(sessionId: string, id: string): Run {
  return {
    sessionId,
    owner: undefined,
    request: createRequest('note-keeping', {}, { id }),
    operation: undefined,
    records: false,
    abort: new AbortController(),
    events: undefined,
    answered: undefined,
    waiting: undefined,
    isDone: false,
    next: undefined,
  }
}

it('holds what was added and not removed, however their ids collide', () => {
  // Few characters at the ends, so that many share a slot.
  const id = fc.constantFrom('a', 'b', 'xxxxxx1', 'yxxxxxx1', 'zxxxxxx1', 'r-1', 'r-2')
  const step = fc.record({ adds: fc.boolean(), sessionId: fc.constantFrom('s1', 's2'), id })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = createRunTable()
      const model = new Map<string, Run>()
      for (const { adds, sessionId, id } of steps) {
        const key = `${sessionId} ${id}`
        const there = model.get(key)
        if (there !== undefined && !adds) {
          table.remove(there)
          // Removing what is gone changes nothing.
          table.remove(there)
          model.delete(key)
        } else if (there === undefined && adds) {
          const run = runOf(sessionId, id)
          table.add(run)
          model.set(key, run)
        }
        expect(table.find(sessionId, id)).toBe(model.get(key))
      }
      expect(table.size).toBe(model.size)
      expect(new Set(table.list())).toEqual(new Set(model.values()))
      const first = [...model.values()].filter(({ sessionId }) => sessionId === 's1')
      expect(table.list('s1')).toHaveLength(first.length)
      expect(table.hasSession('s1')).toBe(first.length > 0)
    }),
    { numRuns: 200 },
  )
})
