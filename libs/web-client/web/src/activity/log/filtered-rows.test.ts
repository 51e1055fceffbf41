import type { ActivityEntry } from '@mcp/protocol/rest'
import { expect, it } from 'vitest'

import { createActivityRecorder } from './activity-recorder.ts'
import { parseFilter } from './filter.ts'
import type { Rows } from './filtered-rows.ts'
import { createFilteredRows } from './filtered-rows.ts'

function entry(seq: number, changes: Partial<ActivityEntry> = {}): ActivityEntry {
  const at = new Date(seq).toISOString()
  return { seq, at, kind: 'request', id: `req-${seq}`, operation: 'add', from: 'page', ...changes }
}

const numbersOf = (rows: Rows) => Array.from({ length: rows.count }, (_, row) => rows.numberAt(row))

it('selects the same rows after each change as anew', () => {
  const recorder = createActivityRecorder({ maxExchanges: 200 })
  const rows = createFilteredRows()
  const filter = parseFilter('-status:open')
  for (let seq = 1; seq <= 2000; seq += 2) {
    // Responses arrive in another order than requests.
    const id = `req-${Math.max(1, seq - ((seq * 7) % 40))}`
    recorder.add([entry(seq), entry(seq + 1, { kind: 'response', id, status: 'success' })])
    if (seq % 3 !== 0) continue
    const selected = numbersOf(rows.select(recorder, filter))
    expect(selected).toEqual(numbersOf(createFilteredRows().select(recorder, filter)))
  }
  recorder.clear()
  expect(rows.select(recorder, filter).count).toBe(0)
})

it('filters only what has changed', () => {
  const recorder = createActivityRecorder()
  recorder.add(Array.from({ length: 50_000 }, (_, index) => entry(index + 1)))
  const rows = createFilteredRows()
  let calls = 0
  const filter = () => ++calls > 0
  expect(rows.select(recorder, filter).count).toBe(50_000)
  expect(calls).toBe(50_000)
  recorder.add([entry(50_001, { kind: 'response', id: 'req-7', status: 'success' }), entry(50_002)])
  rows.select(recorder, filter)
  expect(calls).toBeLessThanOrEqual(50_002)
  rows.select(recorder, filter)
  expect(calls).toBeLessThanOrEqual(50_002)
})

it('finds the row of an exchange', () => {
  const recorder = createActivityRecorder()
  recorder.add([entry(1), entry(2, { from: 'agent' }), entry(3), entry(4, { from: 'agent' })])
  const rows = createFilteredRows().select(recorder, parseFilter('from:agent'))
  expect(numbersOf(rows)).toEqual([1, 3])
  expect([0, 1, 2, 3].map(rows.rowOf)).toEqual([0, 0, 1, 1])
})
