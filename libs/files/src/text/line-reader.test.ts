import { expect, it } from 'vitest'

import { createLineReader } from './line-reader.ts'

function read(maxBytes: number, ...chunks: readonly string[]): string[] {
  const lines: string[] = []
  const reader = createLineReader({
    maxBytes,
    onLine: (line) => lines.push(line),
    onTooLong: () => lines.push('too long'),
  })
  for (const chunk of chunks) reader.push(Buffer.from(chunk))
  reader.end()
  return lines
}

it('joins the parts of a line and skips empty lines', () => {
  expect(read(100, 'a', 'b\r\n\n', '\nc', 'd')).toEqual(['ab', 'cd'])
})

it('reports a line over the limit once and continues with the next line', () => {
  expect(read(3, 'abcd', 'efgh', 'i\nxyz\n')).toEqual(['too long', 'xyz'])
})
