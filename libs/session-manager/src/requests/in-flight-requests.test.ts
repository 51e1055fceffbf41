import { createRequest } from '@mcp/protocol'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import type { InFlightRequest } from './in-flight-requests.ts'
import { createInFlightRequests } from './in-flight-requests.ts'

function newEntry(sessionId: string, id: string): InFlightRequest {
  return {
    sessionId,
    owner: undefined,
    request: createRequest('note-keeping', {}, { id }),
    operation: undefined,
    ticket: undefined,
    addingServer: undefined,
    controller: new AbortController(),
    events: undefined,
    startedAt: 0,
    bytes: 0,
    traceparent: undefined,
    server: undefined,
    activity: undefined,
    requestSeq: 0,
    responseSeq: 0,
    touchedAt: 0,
    isDone: false,
    response: undefined,
    waiters: undefined,
    next: undefined,
  }
}

it('contains the added requests until they are removed, even if their ids collide', () => {
  // The ids differ in few characters at their ends, so that many ids share a bucket.
  const id = fc.constantFrom('a', 'b', 'xxxxxx1', 'yxxxxxx1', 'zxxxxxx1', 'r-1', 'r-2')
  const step = fc.record({ adds: fc.boolean(), sessionId: fc.constantFrom('s1', 's2'), id })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = createInFlightRequests()
      const model = new Map<string, InFlightRequest>()
      for (const { adds, sessionId, id } of steps) {
        const key = `${sessionId} ${id}`
        const existing = model.get(key)
        if (existing !== undefined && !adds) {
          table.remove(existing)
          // A second removal has no effect.
          table.remove(existing)
          model.delete(key)
        } else if (existing === undefined && adds) {
          const entry = newEntry(sessionId, id)
          table.add(entry)
          model.set(key, entry)
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
