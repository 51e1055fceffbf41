import { expect, it } from 'vitest'

import type { Selection } from './selection.ts'
import { entryAddress, readSelection, resourceAddress, templateAddress } from './selection.ts'

/** Reads an address as the page does. */
function read(address: string): Selection {
  const { pathname, search } = new URL(address, 'http://localhost')
  return readSelection(pathname.split('/').slice(2).join('/'), search)
}

it.each(['', 'a/b.md', '100% & more?#.txt', 'a\\b\n"c"', '../up', 'ä+b c', '<b>'])(
  'reads the path %j from its address',
  (path) => {
    const entry = { kind: 'entry', root: 'my-root', path }
    expect(read(entryAddress('my-root', path))).toEqual({ ...entry, position: {} })
    expect(read(entryAddress('my-root', path, { line: 12 }))).toEqual({
      ...entry,
      position: { line: 12 },
    })
  },
)

it('reads URIs and templates from their addresses', () => {
  const uri = 'file:///a%20b.md?x=1#y'
  expect(read(resourceAddress(uri, { at: 0 }))).toEqual({
    kind: 'resource',
    uri,
    position: { at: 0 },
  })
  const template = 'memory:///hello/{name}{?x,y*}'
  expect(read(templateAddress(template))).toEqual({ kind: 'template', template })
})

it.each([
  ['/files', 'nothing'],
  ['/files/roots', 'unknown'],
  ['/files/roots/a/b', 'unknown'],
  ['/files/resources', 'unknown'],
  ['/files/elsewhere', 'unknown'],
])('reads %s as %s', (address, kind) => {
  expect(read(address).kind).toBe(kind)
})

it('ignores a position that is not a number', () => {
  expect(readSelection('roots/a', '?line=x&at=-1')).toMatchObject({ position: {} })
})
