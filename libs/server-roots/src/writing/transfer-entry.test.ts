import { link, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expectSteadyLoop } from '@mcp/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, recordOf, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace

beforeEach(async () => {
  workspace = await openWorkspace({
    root: { exclude: ['vault/private', '*.key'] },
    files: {
      'a.txt': 'a',
      'b.txt': 'b',
      'folder/one.txt': '1',
      'folder/deep/two.txt': '22',
      'vault/open.txt': 'open',
      'vault/private/plan.txt': 'plan',
    },
  })
})

afterEach(() => workspace.close())

const onDisk = (path: string) => readFile(join(workspace.path, path), 'utf8')
const refusalIn = async (operation: string, params: Readonly<Record<string, unknown>>) =>
  refusalOf(await workspace.call(operation, params))

it('moves a directory with everything in it', async () => {
  await workspace.call('move', { path: 'folder', to: 'new/place', createParents: true })
  expect(await onDisk('new/place/deep/two.txt')).toBe('22')
  expect(await readdir(workspace.path)).toEqual(['a.txt', 'b.txt', 'new', 'vault'])
})

it('copies a directory with everything but links', async () => {
  await symlink('../a.txt', join(workspace.path, 'folder', 'link'))
  expect(await workspace.call('copy', { path: 'folder', to: 'copied' })).toEqual({
    root: 'workspace',
    path: 'copied',
    files: 2,
    bytes: 3,
    skipped: 1,
  })
  expect(await onDisk('copied/deep/two.txt')).toBe('22')
  expect(await readdir(join(workspace.path, 'copied'))).toEqual(['deep', 'one.txt'])
})

it.each(['move', 'copy'])(
  'replaces by %s only files, and only with overwrite',
  async (operation) => {
    expect(await refusalIn(operation, { path: 'a.txt', to: 'b.txt' })).toBe('exists')
    expect(await refusalIn(operation, { path: 'a.txt', to: 'folder', overwrite: true })).toBe(
      'exists',
    )
    expect(await refusalIn(operation, { path: 'folder', to: 'vault', overwrite: true })).toBe(
      'exists',
    )
    expect(await onDisk('b.txt')).toBe('b')
    await workspace.call(operation, { path: 'a.txt', to: 'b.txt', overwrite: true })
    expect(await onDisk('b.txt')).toBe('a')
  },
)

it.each(['move', 'copy'])(
  'does not %s a directory into itself, nor the root',
  async (operation) => {
    expect(await refusalIn(operation, { path: 'folder', to: 'folder/deep/more' })).toBe(
      'into-itself',
    )
    expect(await refusalIn(operation, { path: 'folder', to: 'folder' })).toBe('into-itself')
    expect(await refusalIn(operation, { path: '', to: 'x' })).toBe('root-itself')
    expect(await refusalIn(operation, { path: 'folder', to: '' })).toBe('root-itself')
    expect(await refusalIn(operation, { path: 'nowhere', to: 'x' })).toBe('not-found')
    expect(await refusalIn(operation, { path: 'a.txt', to: 'nowhere/x' })).toBe('not-found')
  },
)

it('neither reveals nor deletes excluded files through their directory', async () => {
  expect(await refusalIn('move', { path: 'vault', to: 'open' })).toBe('excluded')
  expect(await refusalIn('copy', { path: 'vault', to: 'open' })).toBe('excluded')
  expect(await refusalIn('delete', { path: 'vault', recursive: true })).toBe('excluded')
  expect(await refusalIn('delete', { path: 'vault', trash: true })).toBe('excluded')
  expect(await refusalIn('move', { path: 'a.txt', to: 'id.key' })).toBe('excluded')
  expect(await onDisk('vault/private/plan.txt')).toBe('plan')
})

it('deletes a directory only if it is empty or recursive is set', async () => {
  expect(await refusalIn('delete', { path: 'folder' })).toBe('not-empty')
  await writeFile(join(workspace.path, 'folder', '.mcp-tmp-left-by-a-crash'), 'half')
  expect(await workspace.call('delete', { path: 'folder', recursive: true })).toEqual({
    deleted: 5,
  })
  expect(await refusalIn('delete', { path: 'folder' })).toBe('not-found')
  expect(await refusalIn('delete', { path: '', recursive: true })).toBe('root-itself')
})

it('moves deleted files to the trash, from which they can be restored', async () => {
  const first = recordOf(await workspace.call('delete', { path: 'folder', trash: true }))
  expect(first).toMatchObject({
    deleted: 4,
    trashPath: expect.stringMatching(/^\.trash\/\d{8}T\d{6}Z-[\da-f]{6}\/folder$/),
  })
  const listed = JSON.stringify(await workspace.call('listDirectory', { recursive: true }))
  expect(listed).not.toContain('.trash')
  expect(await refusalIn('delete', { path: '.trash', trash: true })).toBe('invalid-params')
  await workspace.call('move', { path: first['trashPath'], to: 'folder' })
  expect(await onDisk('folder/deep/two.txt')).toBe('22')
})

it('keeps every deleted version of a path in the trash', async () => {
  await workspace.call('delete', { path: 'a.txt', trash: true })
  await workspace.call('writeFile', { path: 'a.txt', content: 'again' })
  await workspace.call('delete', { path: 'a.txt', trash: true })
  expect(await readdir(join(workspace.path, '.trash'))).toHaveLength(2)
})

it('moves and copies to another root of the session, within what both allow', async () => {
  const root = { uri: 'root://workspace/folder', name: 'part', permissions: ['read'] }
  await workspace.call('addRoot', root)
  expect(await refusalIn('copy', { path: 'a.txt', to: 'a.txt', toRoot: 'part' })).toBe('read-only')
  expect(await refusalIn('move', { root: 'part', path: 'one.txt', to: 'x' })).toBe('no-delete')
  const copy = { root: 'part', path: 'one.txt', to: 'one.txt', toRoot: 'workspace' }
  expect(await workspace.call('copy', copy)).toMatchObject({ root: 'workspace', path: 'one.txt' })
  expect(await onDisk('one.txt')).toBe('1')
})

it('refuses files with several names if the operator configured that', async () => {
  const strict = await openWorkspace({ root: { hardLinks: 'refuse' }, files: { 'a.txt': 'a' } })
  await link(join(strict.outside, 'canary.txt'), join(strict.path, 'hard.txt'))
  const params = {
    readFile: {},
    writeFile: { content: 'x', overwrite: true },
    appendFile: { content: 'x' },
    copy: { to: 'x', overwrite: true },
    move: { to: 'x', overwrite: true },
    stat: {},
  }
  for (const [operation, others] of Object.entries(params)) {
    const response = await strict.call(operation, { path: 'hard.txt', ...others })
    expect(refusalOf(response)).toBe('hard-link')
  }
  await strict.close()
})

it('leaves the event loop free while it copies, counts and deletes thousands of entries', async () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `many-${index}.txt`)
  await workspace.call('createDirectory', { path: 'many' })
  await Promise.all(names.map((name) => writeFile(join(workspace.path, 'many', name), name)))
  await workspace.call('writeFile', { path: 'large.bin', content: 'x'.repeat(3_000_000) })
  const working = expectSteadyLoop(async () => {
    const deleted = { path: 'copied', recursive: true }
    const large = { path: 'large.bin', to: 'larger.bin', overwrite: true }
    expect(await workspace.call('move', { path: 'many', to: 'moved' })).toHaveProperty('path')
    expect(await workspace.call('move', { path: 'moved', to: 'many' })).toHaveProperty('path')
    expect(await workspace.call('copy', { path: 'folder', to: 'copied' })).toHaveProperty(
      'files',
      2,
    )
    expect(await workspace.call('delete', deleted)).toHaveProperty('deleted', 4)
    expect(await workspace.call('copy', large)).toHaveProperty('bytes', 3_000_000)
    expect(await workspace.call('stat', { path: 'large.bin' })).toHaveProperty('etag')
  })
  await expect(working).resolves.toBeUndefined()
}, 60_000)

it.each([
  ['move', { to: 'elsewhere' }],
  ['copy', { to: 'elsewhere' }],
  ['delete', { recursive: true }],
  ['delete', { recursive: true, trash: true }],
])(
  'changes nothing by %s if a directory contains a name that is not UTF-8',
  async (operation, params) => {
    const unnameable = Buffer.concat([
      Buffer.from(join(workspace.path, 'folder', 'z')),
      Buffer.from([0xff]),
    ])
    await writeFile(unnameable, 'z')
    expect(await refusalIn(operation, { path: 'folder', ...params })).toBe('invalid-name')
    expect(await readdir(workspace.path)).toEqual(['a.txt', 'b.txt', 'folder', 'vault'])
    expect(await onDisk('folder/one.txt')).toBe('1')
  },
)

it.each([
  ['move', { to: 'elsewhere' }],
  ['copy', { to: 'elsewhere' }],
  ['delete', { recursive: true }],
])('changes nothing by %s if a directory has too many levels', async (operation, params) => {
  await mkdir(join(workspace.path, 'folder', 'd/'.repeat(70)), { recursive: true })
  expect(await refusalIn(operation, { path: 'folder', ...params })).toBe('too-deep')
  expect(await readdir(workspace.path)).toEqual(['a.txt', 'b.txt', 'folder', 'vault'])
})
