import { expect, it } from 'vitest'

import { resourceChildren } from './resource-branches.ts'
import { branchesAround, entryId, foldersAround, readEntryId } from './tree-item.ts'

const resource = (uri: string) => ({
  uri,
  name: uri.slice(uri.lastIndexOf('/') + 1),
  mimeType: 'text/plain',
  writable: true,
  watchable: true,
})

it.each([
  ['file:///notes.md', ['file:///']],
  ['file:///data/eu/cities.csv', ['file:///', 'file:///data/', 'file:///data/eu/']],
  ['https://docs.example.org/guide?a=b/c', ['https://docs.example.org/']],
  ['urn:isbn:123', ['urn:']],
])('returns the branches around %s', (uri, branches) => {
  expect(branchesAround(uri)).toEqual(branches)
})

it('divides resources into branches', () => {
  const resources = [
    'file:///data/a.csv',
    'file:///data/deep/b.csv',
    'file:///notes.md',
    'memory:///x',
  ].map(resource)
  const idsBelow = (prefix: string) => resourceChildren(resources, prefix).map(({ id }) => id)
  expect(idsBelow('')).toEqual(['branch:file:///', 'branch:memory:///'])
  expect(idsBelow('file:///')).toEqual(['branch:file:///data/', 'resource:file:///notes.md'])
  expect(idsBelow('file:///data/')).toEqual([
    'branch:file:///data/deep/',
    'resource:file:///data/a.csv',
  ])
})

it('reads the root and the path of an id', () => {
  expect(readEntryId(entryId('docs', 'a:b/c'))).toEqual({ root: 'docs', path: 'a:b/c' })
  expect(readEntryId('branch:file:///')).toBeUndefined()
  expect(foldersAround('docs', 'a/b/c.md')).toEqual([
    'entry:docs:',
    'entry:docs:a',
    'entry:docs:a/b',
  ])
})
