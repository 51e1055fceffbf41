import { expect, it } from 'vitest'

import { formatResult } from './format-result.ts'

const ann = { name: 'Ann', age: 30 }
const ben = { name: 'Ben', age: null, tags: ['a'] }

it.each([
  ['names', [{ name: 'Ann' }, { name: 'Ben' }], ['- Ann', '- Ben']],
  ['further fields', [ann, ben], ['- Ann: age: 30', '- Ben: age: null, tags: ["a"]']],
  ['titles', [{ name: 'a', title: 'A', description: 'First.', n: 1 }], ['- a: A. First. n: 1']],
  ['a title like the name', [{ name: 'A', title: 'A' }], ['- A']],
  ['a title that is not a text', [{ name: 'a', title: 5 }], ['- a: title: 5']],
  [
    'items',
    { items: [ann], nextCursor: 'c', total: 2 },
    ['- Ann: age: 30', 'nextCursor: c', 'total: 2'],
  ],
])('formats a list with %s without losing fields', (_name, result, lines) => {
  expect(formatResult(result, 'list them').split('\n')).toEqual(lines)
})

it.each([
  ['a list in which a name is missing', [ann, { age: 3 }]],
  ['a list of values', [1, 2]],
  ['an empty list', []],
])('formats %s as JSON', (_name, result) => {
  const text = formatResult(result, 'list them')
  expect(JSON.parse(text.replaceAll(/^```json|```$/g, ''))).toEqual(result)
})

const columns = [{ name: 'id', type: 'int4' }, { name: 'body' }]

it('formats the rows of a query as a table', () => {
  const rows = [
    { id: 1, body: 'a | b\nc' },
    { id: 20, body: null },
  ]
  expect(
    formatResult({ columns, rows, rowCount: 2, truncated: false }, 'select').split('\n'),
  ).toEqual([
    '| id  | body     |',
    '| --- | -------- |',
    '| 1   | a \\| b c |',
    '| 20  | NULL     |',
    '',
    '2 rows.',
  ])
})

it('states in the text of a table what it omits and what the statement changed', () => {
  const rows = Array.from({ length: 60 }, (_, id) => ({ id, body: 'x' }))
  const text = formatResult({ columns, rows, truncated: true, affectedRows: 60 }, 'select')
  expect(text.split('\n').length).toBe(54)
  expect(text).toMatch(/60 rows\. Changed: 60\. The first 50 are shown\. The database has more\.$/)
})

it.each([
  ['columns without rows', { columns, rows: 5 }],
  ['columns that are names', { columns: ['id'], rows: [] }],
])('formats %s as fields', (_name, result) => {
  expect(formatResult(result, 'select')).toContain('columns: ')
})
