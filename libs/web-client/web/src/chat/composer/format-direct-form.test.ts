import { parseArguments, splitWords } from '@mcp/direct-forms'
import { expect, it } from 'vitest'

import { formatDirectForm } from './format-direct-form.ts'

const schema = { type: 'object', properties: {}, additionalProperties: true }

it.each([
  [{}],
  [{ a: 1, b: true, c: null, d: [1, 'x y'], e: { f: 'g"h' } }],
  [{ path: 'notes/todo.md', text: 'two\nlines "quoted" \\ end', empty: '' }],
  [{ number: '5', word: 'true', json: '{"a": 1}', list: '[' }],
  [{ 'odd name': 1, b: 'c' }],
  [{ text: "don't 'quote'" }],
])('keeps the arguments %j', (args) => {
  const form = formatDirectForm('roots.writeFile', args)
  const [name, ...words] = splitWords(form.slice(1)) ?? []
  expect(name).toBe('roots.writeFile')
  expect(parseArguments(words, schema)).toEqual({ arguments: args })
})

it('writes simple texts without quotes', () => {
  expect(formatDirectForm('roots.readFile', { root: 'workspace', path: 'a.md' })).toBe(
    '/roots.readFile root=workspace path=a.md',
  )
})
