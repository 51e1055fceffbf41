import { expect, it } from 'vitest'

import type { StatementStart } from '../engines/engine-transaction.ts'
import { createRowReader } from './row-reader.ts'

const { signal } = new AbortController()

/** Creates a statement with that number of rows. Records the batch sizes that its cursor receives. */
function statement(count: number, first: number, body = '') {
  const asked: number[] = []
  let at = first
  const rowsFrom = (start: number, end: number) =>
    Array.from({ length: Math.max(0, end - start) }, (_, index) => [start + index, body])
  const start: StatementStart = {
    columns: [
      { name: 'id', type: 'int4' },
      { name: 'body', type: 'text' },
    ],
    rows: rowsFrom(0, Math.min(first, count)),
    more: first < count,
    cursor: {
      async read({ maxRows }) {
        asked.push(maxRows)
        const rows = rowsFrom(at, Math.min(at + maxRows, count))
        at += maxRows
        return { rows, more: at < count, affectedRows: at < count ? undefined : count }
      },
      async close() {},
    },
  }
  return { start, asked }
}

it('returns all rows once and in order, for any page sizes', async () => {
  const { start } = statement(137, 10)
  const reader = createRowReader(start, 'array')
  const ids: unknown[] = []
  for (let more = true; more;) {
    const page = await reader.readPage({ maxRows: 7, maxBytes: 1024 }, signal)
    for (const row of page.rows) ids.push(Object.values(row)[0])
    more = page.truncated
  }
  expect(ids).toEqual(Array.from({ length: 137 }, (_, index) => index))
})

it('reads only one row more than a page contains', async () => {
  const { start, asked } = statement(10_000, 1)
  const reader = createRowReader(start, 'array')
  const page = await reader.readPage({ maxRows: 20, maxBytes: 2 ** 20 }, signal)
  expect(page).toMatchObject({ truncated: true, rows: { length: 20 } })
  expect(asked.reduce((sum, count) => sum + count, 1)).toBeLessThanOrEqual(21)
})

it('reads few rows per batch if rows are large', async () => {
  const { start, asked } = statement(10_000, 2, 'x'.repeat(10_000))
  const reader = createRowReader(start, 'array')
  const page = await reader.readPage({ maxRows: 10_000, maxBytes: 100_000 }, signal)
  expect(page.rows.length).toBe(9)
  expect(Math.max(...asked)).toBeLessThanOrEqual(10)
})

it('returns the number of changed rows after the statement has ended', async () => {
  const { start } = statement(5000, 10)
  expect(await createRowReader(start, 'array').drain(signal)).toBe(5000)
})
