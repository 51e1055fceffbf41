import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRecord } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { callServer, openWorkspace, refusalOf } from '../fixtures/workspace.ts'
import { rootsServer } from '../roots-server.ts'

let workspace: Workspace

afterEach(() => workspace.close())

const quotaBytes = 100_000

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(
    names.map(async (name) => {
      const stats = await stat(join(folder, name))
      return stats.isFile() ? stats.size : 0
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function usedBytes(): Promise<unknown> {
  const listed = await workspace.call('listRoots')
  return isRecord(listed) && Array.isArray(listed['items']) ? listed['items'][0] : undefined
}

it('holds under concurrent writes, appends and copies', async () => {
  workspace = await openWorkspace({
    root: { quotaBytes },
    files: { 'there.txt': 'x'.repeat(10_000) },
  })
  const outcomes = await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const path = `file-${index % 30}.txt`
      if (index % 3 === 0) return workspace.call('copy', { path: 'there.txt', to: `copy-${index}` })
      const operation = index % 3 === 1 ? 'writeFile' : 'appendFile'
      return workspace.call(operation, { path, content: 'y'.repeat(7_000) })
    }),
  )
  const refused = outcomes.map(refusalOf).filter((reason) => reason !== undefined)
  expect(new Set(refused)).toEqual(new Set(['quota-exceeded']))
  const used = await bytesIn(workspace.path)
  expect(used).toBeLessThanOrEqual(quotaBytes)
  // Changes were not refused too early: the remaining space is too small for another change.
  expect(used).toBeGreaterThan(quotaBytes - 10_000)
  expect(await usedBytes()).toMatchObject({ quotaBytes, usedBytes: used })
})

it('accounts for replaced, deleted and moved files', async () => {
  workspace = await openWorkspace({ root: { quotaBytes } })
  const content = 'x'.repeat(90_000)
  await workspace.call('writeFile', { path: 'a', content })
  expect(await workspace.call('writeFile', { path: 'a', content })).toHaveProperty('etag')
  expect(await workspace.call('move', { path: 'a', to: 'b' })).toMatchObject({ path: 'b' })
  expect(refusalOf(await workspace.call('copy', { path: 'b', to: 'c' }))).toBe('quota-exceeded')
  const trashed = await workspace.call('delete', { path: 'b', trash: true })
  expect(trashed).toHaveProperty('trashPath')
  // The trash is within the root, so deleted files still count towards the quota.
  const refused = await workspace.call('writeFile', { path: 'a', content })
  expect(refusalOf(refused)).toBe('quota-exceeded')
  await workspace.call('delete', { path: '.trash', recursive: true })
  expect(await workspace.call('writeFile', { path: 'a', content })).toHaveProperty('etag')
  expect(await usedBytes()).toMatchObject({ usedBytes: 90_000 })
})

it('notices deletions by other processes before it refuses', async () => {
  workspace = await openWorkspace({
    root: { quotaBytes },
    files: { 'big.bin': 'x'.repeat(95_000) },
  })
  const content = 'y'.repeat(50_000)
  expect(refusalOf(await workspace.call('writeFile', { path: 'a', content }))).toBe(
    'quota-exceeded',
  )
  await rm(join(workspace.path, 'big.bin'))
  expect(await workspace.call('writeFile', { path: 'a', content })).toHaveProperty('etag')
})

it('copies a directory completely or not at all', async () => {
  workspace = await openWorkspace({
    root: { quotaBytes },
    files: { 'folder/a': 'x'.repeat(30_000), 'folder/b': 'x'.repeat(30_000) },
  })
  const outcome = await workspace.call('copy', { path: 'folder', to: 'copied' })
  expect(refusalOf(outcome)).toBe('quota-exceeded')
  expect(await readdir(workspace.path)).toEqual(['folder'])
})

it('counts all writes into a subfolder that is a root with a separate quota', async () => {
  workspace = await openWorkspace({ root: { quotaBytes } })
  await mkdir(join(workspace.path, 'part'))
  const added = await workspace.call('addRoot', {
    uri: 'root://workspace/part',
    name: 'part',
    permissions: ['read', 'write'],
    quotaBytes: 1_000,
  })
  expect(added).toMatchObject({ quotaBytes: 1_000, usedBytes: 0 })
  const content = 'x'.repeat(600)
  expect(await workspace.call('writeFile', { path: 'part/a', content })).toHaveProperty('etag')
  const refused = await workspace.call('writeFile', { root: 'part', path: 'b', content })
  expect(refusalOf(refused)).toBe('quota-exceeded')
  await writeFile(join(workspace.path, 'part', 'a'), '')
  const accepted = await workspace.call('writeFile', { root: 'part', path: 'b', content })
  expect(accepted).toHaveProperty('etag')
})

it('includes everything below a folder, also files of a nested root', async () => {
  workspace = await openWorkspace({ root: { quotaBytes: 1_000 } })
  const inner = join(workspace.path, 'inner')
  await mkdir(inner)
  const server = rootsServer({
    roots: [
      { name: 'outer', path: workspace.path, permissions: ['read'], quotaBytes: 1_000 },
      { name: 'inner', path: inner, permissions: ['read', 'write'] },
    ],
  })
  const write = (path: string) =>
    callServer(server, 'writeFile', { root: 'inner', path, content: 'x'.repeat(600) })
  expect(await write('a')).toHaveProperty('etag')
  const refused = await write('b')
  expect(refusalOf(refused)).toBe('quota-exceeded')
  // The message names the root whose quota is exceeded, not the root of the write.
  expect(JSON.stringify(refused)).toContain('The quota of the root \\"outer\\" is exceeded')
  await server.close()
})
