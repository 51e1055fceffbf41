import { execFile } from 'node:child_process'
import { link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Workspace } from './fixtures/workspace.ts'
import { canary, openWorkspace, refusalOf } from './fixtures/workspace.ts'

let workspace: Workspace
const socket = createServer()

beforeAll(async () => {
  workspace = await openWorkspace({
    root: { hardLinks: 'refuse', exclude: ['private/**', '*.key'] },
    files: {
      'inside.txt': 'inside',
      'folder/file.txt': 'file',
      'private/plan.txt': 'secret',
      'id.key': 'secret',
    },
  })
  const { path, outside } = workspace
  await mkdir(join(outside, 'workspace-evil'))
  await writeFile(join(outside, 'workspace-evil', 'canary.txt'), canary)
  await symlink(join(outside, 'canary.txt'), join(path, 'link'))
  await symlink('../canary.txt', join(path, 'relative-link'))
  await symlink(outside, join(path, 'folder-link'))
  await symlink('relative-link', join(path, 'chain-1'))
  await symlink('chain-1', join(path, 'chain-2'))
  await symlink('chain-2', join(path, 'chain-3'))
  await symlink('folder/../../canary.txt', join(path, 'winding-link'))
  await symlink(join(outside, 'nothing-there'), join(path, 'dangling-link'))
  await symlink('circle-2', join(path, 'circle-1'))
  await symlink('circle-1', join(path, 'circle-2'))
  await symlink('/proc/self/root', join(path, 'proc-root'))
  await symlink(`/proc/self/root${outside}/canary.txt`, join(path, 'proc-link'))
  await symlink('/proc/self/cwd', join(path, 'proc-cwd'))
  await symlink('/dev/zero', join(path, 'zero-link'))
  await symlink('private', join(path, 'private-link'))
  await symlink('inside.txt', join(path, 'good-link'))
  await link(join(outside, 'canary.txt'), join(path, 'hard-link'))
  await promisify(execFile)('mkfifo', [join(path, 'fifo')])
  await promisify(execFile)('mknod', [join(path, 'zero'), 'c', '1', '5']).catch(() => {})
  await new Promise<void>((resolve) => {
    socket.listen(join(path, 'socket'), resolve)
  })
})

afterAll(async () => {
  await new Promise((resolve) => {
    socket.close(resolve)
  })
  await workspace.close()
})

const escapingPaths = [
  ['..', 'path-escape'],
  ['../canary.txt', 'path-escape'],
  ['./../canary.txt', 'path-escape'],
  ['folder/../../canary.txt', 'path-escape'],
  ['folder/./../.././canary.txt', 'path-escape'],
  ['..//canary.txt', 'path-escape'],
  ['folder//..//..//canary.txt', 'path-escape'],
  ['not-there/../../canary.txt', 'path-escape'],
  ['../workspace-evil/canary.txt', 'path-escape'],
  ['../../../../../../../../etc/passwd', 'path-escape'],
  ['..\\canary.txt', 'path-escape'],
  ['folder\\..\\..\\canary.txt', 'path-escape'],
  ['C:\\Windows\\win.ini', 'path-escape'],
  ['C:canary.txt', 'path-escape'],
  ['note: canary.txt', 'not-found'],
  ['\\\\host\\share\\file', 'path-escape'],
  ['/etc/passwd', 'path-escape'],
  ['//etc/passwd', 'path-escape'],
  ['/proc/self/environ', 'path-escape'],
  ['file:///etc/passwd', 'path-escape'],
  ['canary.txt\0.md', 'invalid-path'],
  ['\0', 'invalid-path'],
  ['\uD800', 'invalid-path'],
  ['a'.repeat(256), 'path-too-long'],
  ['\u00e9'.repeat(128), 'path-too-long'],
  [Array.from({ length: 40 }, () => 'b'.repeat(100)).join('/'), 'not-found'],
  ['link', 'path-escape'],
  ['relative-link', 'path-escape'],
  ['chain-3', 'path-escape'],
  ['winding-link', 'path-escape'],
  ['dangling-link', 'path-escape'],
  ['circle-1', 'path-escape'],
  ['folder-link', 'path-escape'],
  ['link/below-a-file', 'path-escape'],
  ['chain-3/below/a/file', 'path-escape'],
  ['folder-link/canary.txt', 'path-escape'],
  ['folder-link/not-there.txt', 'path-escape'],
  ['folder-link/workspace-evil/canary.txt', 'path-escape'],
  ['proc-root', 'path-escape'],
  ['proc-root/etc/passwd', 'path-escape'],
  ['proc-link', 'path-escape'],
  ['proc-cwd/package.json', 'path-escape'],
  ['zero-link', 'path-escape'],
  ['hard-link', 'hard-link'],
  ['fifo', 'not-a-file'],
  ['socket', 'not-a-file'],
  ['private/plan.txt', 'excluded'],
  ['PRIVATE/plan.txt', 'excluded'],
  ['private-link/plan.txt', 'excluded'],
  ['id.key', 'excluded'],
  ['ID.KEY', 'excluded'],
  ['.mcp-tmp-0', 'reserved-name'],
  ['.MCP-TMP-0', 'reserved-name'],
  // Paths are not decoded, and characters that only look like dots or a slash are part of a name.
  ['%2e%2e/canary.txt', 'not-found'],
  ['..%2fcanary.txt', 'not-found'],
  ['\uFF0E\uFF0E/canary.txt', 'not-found'],
  ['..\u2215canary.txt', 'not-found'],
  ['\u2025/canary.txt', 'not-found'],
  ['.../canary.txt', 'not-found'],
  ['.. /canary.txt', 'not-found'],
  ['~/canary.txt', 'not-found'],
] as const

it.each(escapingPaths)('reads nothing at %j: %s', async (path, reason) => {
  const outcome = await workspace.call('readFile', { path })
  expect(refusalOf(outcome)).toBe(reason)
  expect(JSON.stringify(outcome)).not.toContain(workspace.outside)
})

it.each(escapingPaths.filter(([, reason]) => reason === 'path-escape'))(
  'neither writes, appends, edits nor creates anything at %j',
  async (path) => {
    const text = { path, content: 'changed', createParents: true }
    const edits = [{ oldText: 'neither', newText: 'either' }]
    const outcomes = [
      await workspace.call('writeFile', text),
      await workspace.call('appendFile', text),
      await workspace.call('editFile', { path, edits }),
      await workspace.call('createDirectory', { path: `${path}/made` }),
      await workspace.call('watch', { path }),
      await workspace.call('listDirectory', { path }),
      await workspace.call('tree', { path }),
      await workspace.call('stat', { path }),
      await workspace.call('searchText', { path, pattern: 'neither' }),
      await workspace.call('searchFiles', { path, glob: '**' }),
      await workspace.call('copy', { path: 'inside.txt', to: `${path}/copied` }),
    ]
    expect(outcomes.map(refusalOf)).toEqual(outcomes.map(() => 'path-escape'))
  },
)

it.each(['../moved', '/tmp/moved', 'folder-link/moved', 'chain-3/moved'])(
  'neither moves nor copies anything to %j',
  async (to) => {
    expect(refusalOf(await workspace.call('move', { path: 'inside.txt', to }))).toBe('path-escape')
    expect(refusalOf(await workspace.call('copy', { path: 'inside.txt', to }))).toBe('path-escape')
    expect(refusalOf(await workspace.call('copy', { path: 'folder', to }))).toBe('path-escape')
  },
)

it('copies nothing from outside through any link', async () => {
  const links = ['link', 'chain-3', 'folder-link', 'proc-link', 'hard-link', 'fifo', 'zero-link']
  const outcomes = []
  for (const path of links)
    outcomes.push(await workspace.call('copy', { path, to: `copy-${path}` }))
  expect(outcomes.every((outcome) => isRecord(outcome) && 'error' in outcome)).toBe(true)
  for (const path of links)
    await expect(stat(join(workspace.path, `copy-${path}`))).rejects.toThrow('ENOENT')
})

it('opens no device', async () => {
  // Only root can create a device. Otherwise, the path does not exist.
  const params = {
    readFile: {},
    writeFile: { content: '' },
    appendFile: { content: '' },
    stat: {},
    copy: { to: 'copied' },
  }
  for (const [operation, others] of Object.entries(params)) {
    const response = await workspace.call(operation, { path: 'zero', ...others })
    expect(refusalOf(response)).toMatch(/^not-a-file$|^not-found$/)
  }
})

it('does not leave the root through a name in the trash or a range of dots', async () => {
  const trashed = await workspace.call('delete', { path: '../canary.txt', trash: true })
  expect(refusalOf(trashed)).toBe('path-escape')
  const restored = await workspace.call('move', { path: '.trash/x/../../../canary.txt', to: 'y' })
  expect(refusalOf(restored)).toBe('path-escape')
})

it.each(['../**', '/etc/*', '**/../*', './../*', 'folder/../../*'])(
  'searches nothing outside by the pattern %j',
  async (glob) => {
    expect(refusalOf(await workspace.call('searchFiles', { glob }))).toBe('glob-syntax')
    const outcome = await workspace.call('searchText', { pattern: 'neither', glob })
    expect(refusalOf(outcome)).toBe('glob-syntax')
  },
)

it('finds nothing behind links, in devices or in excluded files', async () => {
  const found = await workspace.call('searchText', { pattern: 'e' })
  expect(JSON.stringify(found)).not.toContain(canary)
  expect(JSON.stringify(found)).not.toContain('secret')
  const files = await workspace.call('searchFiles', { glob: '**/{canary,plan,passwd}*' })
  expect(files).toEqual({ items: [] })
})

it('lists a link as a link and never reveals its target', async () => {
  const listed = JSON.stringify(await workspace.call('listDirectory', { recursive: true }))
  expect(listed).toContain('{"path":"link","type":"link"}')
  expect(listed).not.toContain(workspace.outside)
  expect(listed).not.toContain('private/')
  expect(listed).not.toContain('folder-link/')
})

describe('a root that a client adds', () => {
  it.each([
    ['file:///', 'path-escape'],
    ['file:///etc', 'path-escape'],
    ['file://other-host/etc', 'path-escape'],
    ['file:///%2e%2e/etc', 'path-escape'],
    ['file:///proc/self/root/etc', 'path-escape'],
    ['file:///etc%2fpasswd', 'path-escape'],
    ['file:///etc%00', 'path-escape'],
    ['file:///etc%5cpasswd', 'path-escape'],
    ['root://workspace/%2e%2e/%2e%2e/etc', 'not-found'],
    ['root://workspace/..%2f..%2fetc', 'path-escape'],
    ['root://workspace/%00', 'invalid-path'],
    ['root://workspace/%ff', 'path-escape'],
    ['root://workspace/folder-link', 'path-escape'],
    ['root://workspace/proc-root', 'path-escape'],
    ['root://workspace/private', 'excluded'],
    ['root://workspace/private-link', 'excluded'],
    ['root://workspace/inside.txt', 'not-a-directory'],
    ['root://elsewhere/', 'not-found'],
    ['root://user@workspace/', 'uri-syntax'],
    ['https://workspace/', 'uri-syntax'],
    ['file:///tmp?x', 'uri-syntax'],
    ['/etc', 'uri-syntax'],
  ])('is refused at %s: %s', async (uri, reason) => {
    const outcome = await workspace.call('addRoot', { uri, name: 'escape' })
    expect(refusalOf(outcome)).toBe(reason)
  })

  it('is refused if only its name starts like the folder of the operator', async () => {
    const uri = `file://${workspace.path}-evil`
    expect(refusalOf(await workspace.call('addRoot', { uri, name: 'evil' }))).toBe('path-escape')
    const dotted = `file://${workspace.path}/folder/../../workspace-evil`
    const outcome = await workspace.call('addRoot', { uri: dotted, name: 'evil' })
    expect(refusalOf(outcome)).toBe('path-escape')
  })
})

it('follows links that stay inside and returns their target', async () => {
  expect(await workspace.call('readFile', { path: 'good-link' })).toMatchObject({
    path: 'inside.txt',
    content: 'inside',
  })
})

it('deletes a link that leads outside, and not its target', async () => {
  await symlink(join(workspace.outside, 'canary.txt'), join(workspace.path, 'spare-link'))
  expect(await workspace.call('delete', { path: 'spare-link' })).toEqual({ deleted: 1 })
  await symlink(workspace.outside, join(workspace.path, 'folder', 'way-out'))
  const outcome = await workspace.call('delete', { path: 'folder', recursive: true })
  expect(outcome).toEqual({ deleted: 3 })
})

it('leaves files outside unchanged', async () => {
  const { outside } = workspace
  expect(await readFile(join(outside, 'canary.txt'), 'utf8')).toBe(canary)
  expect(await readFile(join(outside, 'workspace-evil', 'canary.txt'), 'utf8')).toBe(canary)
  await expect(stat(join(outside, 'nothing-there'))).rejects.toThrow('ENOENT')
})
