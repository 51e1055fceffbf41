import { expect, it } from 'vitest'

import type { ModelTool } from '../../providers/model-provider.ts'
import { searchWords } from './search-words.ts'
import { createToolSearch } from './tool-search.ts'

const tool = (name: string, description: string, more: Partial<ModelTool> = {}): ModelTool => ({
  name,
  description,
  parameters: { type: 'object', properties: {} },
  ...more,
})
const find = (tools: readonly ModelTool[], query: string, limit?: number) =>
  createToolSearch(tools)(query, limit).map(({ name }) => name)

const files = [
  tool('files_read', 'Reads a file.'),
  tool('files_write', 'Writes a file.'),
  tool('files_copy', 'Copies a file.'),
]

it('ranks a word that few tools contain above a word that many contain', () => {
  const tools = [tool('files_file', 'A file, and again a file.'), ...files]
  expect(find(tools, 'copy file')[0]).toBe('files_copy')
})

it('ranks a word in the name above the same word in the description', () => {
  const tools = [tool('a_one', 'Sorts a list.'), tool('list_sort', 'A list in order.')]
  expect(find(tools, 'sort')).toEqual(['list_sort', 'a_one'])
})

it.each([
  ['title', { title: 'Weather forecast' }],
  ['titles of examples', { examples: [{ title: 'The weather in Oslo', arguments: {} }] }],
  ['parameters', { parameters: { type: 'object', properties: { weather: { type: 'string' } } } }],
])('finds words of the %s', (_part, more) => {
  expect(find([...files, tool('outlook', 'Highs of the coming days.', more)], 'weather')).toEqual([
    'outlook',
  ])
})

it('returns at most as many tools as requested, and between 1 and 50', () => {
  const many = Array.from({ length: 60 }, (_, index) => tool(`file_${index}`, 'A file.'))
  expect(find(many, 'file')).toHaveLength(10)
  expect(find(many, 'file', 3)).toHaveLength(3)
  expect(find(many, 'file', 0)).toHaveLength(1)
  expect(find(many, 'file', 1000)).toHaveLength(50)
})

it('finds nothing in an empty list, or for words that no tool contains', () => {
  expect(find([], 'file')).toEqual([])
  expect(find(files, 'weather')).toEqual([])
  expect(find(files, '')).toEqual([])
})

it.each([
  ['validation', 'validates'],
  ['running', 'run'],
  ['copies', 'copying'],
  ['renamed', 'rename'],
  ['moving', 'move'],
])('gives %j and %j the same stem', (left, right) => {
  expect(searchWords(left)).toEqual(searchWords(right))
})

it.each([
  ['filling', 'filing'],
  ['king', 'k'],
  ['ring', 'r'],
])('gives %j and %j different stems', (left, right) => {
  expect(searchWords(left)).not.toEqual(searchWords(right))
})
