import { expect, it } from 'vitest'

import { describePast, readHistory, rememberStatement } from './statement-history.ts'

const createStorage = () => {
  const stored = new Map<string, string>()
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  }
}
const past = (sql: string, database = 'main') => {
  return { sql, database, at: '2026-11-29T12:00:00.000Z', durationMs: 3, text: '1 row' }
}

it('lists the newest first, and each statement of a database once', () => {
  const storage = createStorage()
  for (const each of [past('a'), past('b'), past('a', 'other'), past('a')]) {
    rememberStatement(storage, each)
  }
  expect(readHistory(storage).map(({ sql, database }) => `${database} ${sql}`)).toEqual([
    'main a',
    'other a',
    'main b',
  ])
})

it.each([
  ['3 rows', 'main · 3 rows · 3 ms'],
  ['The table "x" does not exist.', 'main · The table "x" does not exist · 3 ms'],
])('describes the end %j on one line', (text, line) => {
  expect(describePast({ ...past('a'), text })).toBe(line)
})

it('keeps a limited number, and no very long statement', () => {
  const storage = createStorage()
  for (let each = 0; each < 120; each += 1) rememberStatement(storage, past(`SELECT ${each}`))
  rememberStatement(storage, past('x'.repeat(20_000)))
  expect(readHistory(storage)).toHaveLength(100)
  expect(readHistory(storage)[0]?.sql).toBe('SELECT 119')
})
