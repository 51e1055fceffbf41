import { expect, it } from 'vitest'

import type { ExportFormat } from './format-rows.ts'
import { createFormatter } from './format-rows.ts'

const columns = [{ name: 'id' }, { name: 'body' }, { name: 'body' }]
const pages = [
  [
    [1, 'a,b "c"', null],
    [2, '', { k: [1] }],
  ],
  [[3, 'x\ny', undefined]],
]

const write = (format: ExportFormat, written: typeof pages = pages) => {
  const { start, rows, end } = createFormatter(format, columns)
  return [start, ...written.map(rows), end].join('')
}

it('writes CSV, with NULL and the empty text different', () => {
  expect(write('csv')).toBe('id,body,body\r\n1,"a,b ""c""",\r\n2,"","{""k"":[1]}"\r\n3,"x\ny",\r\n')
})

it('writes JSON over several pages', () => {
  expect(JSON.parse(write('json'))).toEqual([
    { id: 1, body: 'a,b "c"', body_2: null },
    { id: 2, body: '', body_2: { k: [1] } },
    { id: 3, body: 'x\ny', body_2: null },
  ])
  expect(JSON.parse(write('json', []))).toEqual([])
})

it('writes one JSON value per line', () => {
  const lines = write('ndjson').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2, 3])
})
