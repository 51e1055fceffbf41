import { expect, it } from 'vitest'

import { rankEntries } from './rank.ts'

const entries = [
  { id: 'view/files', title: 'Files', kind: 'View' },
  { id: 'op/readFile', title: 'Read a file', kind: 'Operation', words: 'roots readFile' },
  { id: 'op/add', title: 'Add', kind: 'Operation', words: 'calculator sum' },
  { id: 'chat/1', title: 'How to add a file', kind: 'Conversation' },
]
const search = (query: string, recent: readonly string[] = []) =>
  rankEntries(entries, query, recent).map(({ id }) => id)

it('requires each word, in the title, the kind or the other words', () => {
  expect(search('add file')).toEqual(['chat/1'])
  expect(search('operation sum')).toEqual(['op/add'])
  expect(search('roots')).toEqual(['op/readFile'])
  expect(search('nothing')).toEqual([])
})

it('prefers the start of the title, then words of the title', () => {
  expect(search('file')).toEqual(['view/files', 'op/readFile', 'chat/1'])
  expect(search('ADD')).toEqual(['op/add', 'chat/1'])
})

it('shows what was used last first', () => {
  expect(search('', ['chat/1', 'op/add'])).toEqual([
    'chat/1',
    'op/add',
    'view/files',
    'op/readFile',
  ])
})
