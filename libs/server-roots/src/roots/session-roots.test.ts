import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeEach, afterEach, describe, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, refusalOf } from '../fixtures/workspace.ts'
import { rootsServer } from '../roots-server.ts'

let workspace: Workspace

beforeEach(async () => {
  workspace = await openWorkspace({
    root: { permissions: ['read', 'write'], exclude: ['**/secret.txt'], quotaBytes: 1_000 },
    files: { 'notes/a.md': 'a', 'notes/b.txt': 'b', 'notes/secret.txt': 's', 'top.txt': 't' },
    bounds: { maxSessionRoots: 2 },
  })
})

afterEach(() => workspace.close())

const addNotes = (more: Readonly<Record<string, unknown>> = {}, sessionId = 'one') =>
  workspace.call(
    'addRoot',
    { uri: 'root://workspace/notes', name: 'notes', ...more },
    { sessionId },
  )

const refusalIn = async (operation: string, params: Readonly<Record<string, unknown>>) =>
  refusalOf(await workspace.call(operation, params, { sessionId: 'one' }))

it('keeps the roots of a session separate from other sessions', async () => {
  await addNotes()
  const read = { root: 'notes', path: 'a.md' }
  expect(await workspace.call('readFile', read, { sessionId: 'one' })).toMatchObject({
    path: 'a.md',
    content: 'a',
  })
  expect(refusalOf(await workspace.call('readFile', read, { sessionId: 'two' }))).toBe('not-found')
  expect(workspace.notifications).toMatchObject([
    {
      type: 'root-list-changed',
      data: { added: ['notes'], updated: [], removed: [] },
      metadata: { sessionIds: ['one'] },
    },
  ])
  await workspace.server.sessionClosed('one')
  expect(refusalOf(await workspace.call('readFile', read, { sessionId: 'one' }))).toBe('not-found')
})

it('accepts a file URI inside a folder of the operator', async () => {
  const uri = `file://${workspace.path}/notes`
  expect(await addNotes({ uri })).toMatchObject({ uri: 'root://workspace/notes' })
})

describe('a client cannot widen what the operator allows', () => {
  it('not by permissions', async () => {
    expect(refusalOf(await addNotes({ permissions: ['read', 'delete'] }))).toBe('ceiling')
    await addNotes()
    const update = { root: 'notes', permissions: ['delete'] }
    expect(await refusalIn('updateRoot', update)).toBe('ceiling')
    expect(await refusalIn('updateRoot', { ...update, root: 'workspace' })).toBe('ceiling')
    expect(await refusalIn('delete', { path: 'top.txt' })).toBe('no-delete')
    expect(await refusalIn('move', { path: 'top.txt', to: 'moved.txt' })).toBe('no-delete')
    expect(await refusalIn('writeFile', { root: 'notes', path: 'a.md', content: '' })).toBe(
      'read-only',
    )
  })

  it('not by patterns', async () => {
    await addNotes({ include: ['**', 'secret.txt'], exclude: [] })
    expect(await refusalIn('readFile', { root: 'notes', path: 'secret.txt' })).toBe('excluded')
    await workspace.call('updateRoot', { root: 'workspace', exclude: [] }, { sessionId: 'one' })
    expect(await refusalIn('readFile', { path: 'notes/secret.txt' })).toBe('excluded')
  })

  it('not by a quota', async () => {
    expect(refusalOf(await addNotes({ quotaBytes: 1_001 }))).toBe('ceiling')
    await addNotes({ permissions: ['write'], quotaBytes: 1_000 })
    const params = { root: 'notes', path: 'new', content: 'x'.repeat(998) }
    expect(await refusalIn('writeFile', params)).toBe('quota-exceeded')
  })

  it('not by a root within a root that the session narrowed', async () => {
    const update = { root: 'workspace', permissions: [] }
    await workspace.call('updateRoot', update, { sessionId: 'one' })
    expect(await refusalIn('readFile', { path: 'top.txt' })).toBe('no-read')
    // A session may regain permissions that it gave up, up to the permissions of the operator.
    expect(await addNotes({ permissions: ['read'] })).toHaveProperty('name')
    expect(
      await refusalIn('addRoot', { uri: 'root://workspace', name: 'all', permissions: ['delete'] }),
    ).toBe('ceiling')
  })

  it('not by copying or moving excluded files to a visible path', async () => {
    expect(await refusalIn('copy', { path: 'notes', to: 'copied' })).toBe('excluded')
    expect(await refusalIn('copy', { path: 'notes/secret.txt', to: 'copied.txt' })).toBe('excluded')
  })
})

it('narrows a root by patterns', async () => {
  await addNotes({ include: ['*.md'] })
  expect(await refusalIn('readFile', { root: 'notes', path: 'b.txt' })).toBe('excluded')
  const listed = await workspace.call('listDirectory', { root: 'notes' }, { sessionId: 'one' })
  expect(listed).toMatchObject({ items: [{ path: 'a.md' }] })
})

it('keeps the folder when a session removes the root', async () => {
  expect(await workspace.call('removeRoot', {}, { sessionId: 'one' })).toEqual({
    removed: 'workspace',
  })
  expect(await workspace.call('listRoots', {}, { sessionId: 'one' })).toEqual({ items: [] })
  expect(await workspace.call('listRoots', {}, { sessionId: 'two' })).toHaveProperty(
    'items.length',
    1,
  )
})

it('refuses invalid and existing names, and too many roots', async () => {
  await addNotes()
  expect(refusalOf(await addNotes())).toBe('exists')
  expect(refusalOf(await addNotes({ name: '../x' }))).toBe('invalid-params')
  await addNotes({ name: 'second' })
  expect(refusalOf(await addNotes({ name: 'third' }))).toBe('too-many-roots')
  const outside = await workspace.call(
    'addRoot',
    { uri: 'root://workspace/notes', name: 'x' },
    { sessionId: undefined },
  )
  expect(refusalOf(outside)).toBe('no-session')
})

it('suggests a root with a similar name', async () => {
  expect(await workspace.call('readFile', { root: 'workspcae', path: 'a' })).toMatchObject({
    error: { code: 'not-found', message: expect.stringContaining('Did you mean "workspace"?') },
  })
})

describe('an operator’s folder', () => {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

  async function listIn(path: string, create?: boolean): Promise<unknown> {
    const server = rootsServer({ roots: [{ name: 'root', path, create }] })
    const request = new Request('http://server.test/process', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'root-operation',
        payload: { root: 'root', operation: 'listDirectory' },
      }),
    })
    const response: unknown = await (await server.fetch(request)).json()
    await server.close()
    return response
  }

  async function newFolder(): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'roots-')))
    folders.push(folder)
    return folder
  }

  it.each(['/', '/proc', '/proc/self', '/proc/self/root', '/sys', '/dev', '/dev/fd'])(
    'is not opened at %s',
    async (path) => {
      expect(await listIn(path)).toMatchObject({
        error: { code: 'unavailable', details: { reason: 'special-folder' } },
      })
    },
  )

  it('may be reached through a link', async () => {
    const folder = await newFolder()
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real', 'a.txt'), '')
    await symlink(join(folder, 'real'), join(folder, 'link'))
    expect(await listIn(join(folder, 'link'))).toMatchObject({
      data: { result: { items: [{ path: 'a.txt' }] } },
    })
  })

  it('is created if configured, and otherwise reported as missing without its path', async () => {
    const folder = await newFolder()
    const response = await listIn(join(folder, 'missing'))
    expect(response).toMatchObject({ error: { code: 'unavailable' } })
    expect(JSON.stringify(response)).not.toContain(folder)
    expect(await listIn(join(folder, 'made'), true)).toMatchObject({
      data: { result: { items: [] } },
    })
  })

  it('requires a unique valid name', () => {
    const root = { name: 'a', path: '/tmp' }
    expect(() => rootsServer({ roots: [root, root] })).toThrow('Two roots have the name "a".')
    expect(() => rootsServer({ roots: [{ ...root, name: 'a/b' }] })).toThrow('Invalid root name')
    expect(() => rootsServer({ roots: [{ ...root, exclude: ['[a'] }] })).toThrow('bracket')
  })
})
