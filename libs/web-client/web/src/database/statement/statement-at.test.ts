import { expect, it } from 'vitest'

import { statementAt } from './statement-at.ts'

const sql = (text: string, dialect = 'postgresql') => {
  const at = text.indexOf('|')
  return statementAt(text.replace('|', ''), { from: at, to: at }, dialect)?.sql
}

it.each([
  ['SELECT 1|; SELECT 2;', 'SELECT 1'],
  ['SELECT 1; SEL|ECT 2;', 'SELECT 2'],
  ['SELECT 1;\n\n|', 'SELECT 1'],
  ['|\nSELECT 1', 'SELECT 1'],
  ["SELECT ';' |FROM t; SELECT 2", "SELECT ';' FROM t"],
  ['SELECT 1 -- a; b\n + 1|; SELECT 2', 'SELECT 1 -- a; b\n + 1'],
  ['SELECT $$ ; $$|; SELECT 2', 'SELECT $$ ; $$'],
  ['SELECT 1 /* ; */ + 2|', 'SELECT 1 /* ; */ + 2'],
  ['|', undefined],
  ['-- only a comment|', undefined],
])('finds the statement at the cursor in %j', (text, expected) => {
  expect(sql(text)).toBe(expected)
})

it('reads the quotes of the dialect', () => {
  expect(sql('SELECT `a;b` |FROM t; SELECT 2', 'mysql')).toBe('SELECT `a;b` FROM t')
})

it('prefers the selected text, and states its position', () => {
  expect(statementAt('SELECT 1;  SELECT 2 ;', { from: 9, to: 21 }, 'sqlite')).toEqual({
    sql: 'SELECT 2',
    from: 11,
  })
})
