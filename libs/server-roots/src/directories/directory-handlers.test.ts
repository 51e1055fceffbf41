import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, recordOf, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace

beforeAll(async () => {
  workspace = await openWorkspace({
    root: { include: ['**/*.txt', 'kept'], exclude: ['hidden'] },
    files: {
      'a.txt': 'a',
      'b/c.txt': 'c',
      'b/d/e.txt': 'e',
      'b-side.txt': 'x',
      'not-included.md': 'x',
      'kept/all.md': 'x',
      'hidden/f.txt': 'f',
    },
    bounds: { maxDirectoryEntries: 30 },
  })
  await symlink('b', join(workspace.path, 'link'))
})

afterAll(() => workspace.close())

async function pathsIn(params: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const paths: unknown[] = []
  let cursor: unknown
  do {
    const page = recordOf(await workspace.call('listDirectory', { ...params, cursor }))
    const items: unknown[] = Array.isArray(page['items']) ? page['items'] : []
    paths.push(...items.map((item) => recordOf(item)['path']))
    cursor = page['nextCursor']
  } while (cursor !== undefined)
  return paths
}

const all = ['a.txt', 'b', 'b/c.txt', 'b/d', 'b/d/e.txt', 'b-side.txt', 'kept', 'kept/all.md']

it('lists the visible entries page by page in a stable order', async () => {
  expect(await pathsIn({})).toEqual(['a.txt', 'b', 'b-side.txt', 'kept'])
  expect(await pathsIn({ recursive: true })).toEqual(all)
  for (const limit of [1, 2, 3]) expect(await pathsIn({ recursive: true, limit })).toEqual(all)
  expect(await pathsIn({ recursive: true, depth: 2 })).not.toContain('b/d/e.txt')
  expect(await pathsIn({ recursive: true, query: 'E.T', limit: 1 })).toEqual([
    'b/d/e.txt',
    'b-side.txt',
  ])
})

it('continues after an entry that was deleted meanwhile', async () => {
  const page = recordOf(
    await workspace.call('listDirectory', { cursor: 'b/gone', recursive: true }),
  )
  expect(page).toMatchObject({ items: [{ path: 'b-side.txt' }, { path: 'kept' }, {}] })
})

it('lists through a link to a directory inside', async () => {
  expect(await pathsIn({ path: 'link' })).toEqual(['link/c.txt', 'link/d'])
})

it('escapes names in a tree that would forge a line', async () => {
  const forged = 'b/forged\n└── x.txt'
  await writeFile(join(workspace.path, forged), '')
  expect(recordOf(await workspace.call('tree', { path: 'b', depth: 2 }))['text']).toBe(
    ['b/', '├── c.txt', '├── d/', '│   └── e.txt', '└── "forged\\n└── x.txt"'].join('\n'),
  )
  expect(await workspace.call('tree', { limit: 2 })).toMatchObject({ entries: 2, truncated: true })
})

it('rejects a directory with too many entries to list in order', async () => {
  await mkdir(join(workspace.path, 'hidden', 'many'))
  const names = Array.from({ length: 31 }, (_, index) => `${index}.txt`)
  await mkdir(join(workspace.path, 'full'))
  await Promise.all(names.map((name) => writeFile(join(workspace.path, 'full', name), '')))
  const outcome = await workspace.call('listDirectory', { path: 'full' })
  expect(refusalOf(outcome)).toBe('directory-too-large')
})

it('creates directories and returns whether they are new', async () => {
  const path = 'x/y/z'
  expect(await workspace.call('createDirectory', { path })).toEqual({ path, created: true })
  expect(await workspace.call('createDirectory', { path })).toEqual({ path, created: false })
  const inFile = await workspace.call('createDirectory', { path: 'a.txt/x' })
  expect(refusalOf(inFile)).toBe('not-a-directory')
  expect(refusalOf(await workspace.call('createDirectory', { path: 'hidden/x' }))).toBe('excluded')
})

it.each([
  ['a.txt', { allowed: ['read', 'write', 'delete'], exists: true }],
  ['link/c.txt', { exists: true, realPath: 'b/c.txt' }],
  ['new.txt', { allowed: ['write'], exists: false }],
  ['./b/../a.txt', { path: 'a.txt', exists: true }],
  ['../a.txt', { allowed: [], reason: 'path-escape' }],
  ['hidden/f.txt', { allowed: [], reason: 'excluded' }],
  ['not-included.md', { allowed: [], reason: 'excluded' }],
  ['nowhere/a.txt', { allowed: [], reason: 'not-found' }],
])('explains %s', async (path, expected) => {
  const outcome = recordOf(await workspace.call('resolvePath', { path }))
  expect(outcome).toMatchObject(expected)
  expect(outcome['explanation']).toMatch(/\w/)
})

it('returns the status of a file and of a directory', async () => {
  expect(await workspace.call('stat', { path: 'link/c.txt' })).toMatchObject({
    path: 'link/c.txt',
    realPath: 'b/c.txt',
    type: 'file',
    size: 1,
    links: 1,
  })
  expect(await workspace.call('stat', { path: '' })).toMatchObject({ path: '', type: 'directory' })
})

it.each([
  [
    'writeFile',
    { path: 'no/where.txt', content: '' },
    /^roots.writeFile: The directory "no" does not exist. .*createParents/,
  ],
  [
    'copy',
    { path: 'a.txt', to: 'no/where.txt' },
    /^roots.copy: The directory "no" does not exist. .*createParents/,
  ],
  ['readFile', { path: '' }, /The root itself is not a regular file.*listDirectory/],
])('names the remedy in the error of %s', async (operation, params, message) => {
  const { error } = recordOf(await workspace.call(operation, params))
  expect(recordOf(error)['message']).toMatch(message)
})
