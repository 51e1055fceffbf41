import { execFile } from 'node:child_process'
import { chmod, link, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, recordOf, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace

beforeEach(async () => {
  workspace = await openWorkspace({ files: { 'list.txt': 'start\n', 'notes/a.txt': 'a' } })
})

afterEach(() => workspace.close())

const onDisk = (path: string) => readFile(join(workspace.path, path), 'utf8')

async function etagOf(path: string): Promise<unknown> {
  return recordOf(await workspace.call('stat', { path }))['etag']
}

/** Adds a line with optimistic concurrency: read, change, write with ifMatch, retry on conflict. */
async function addLine(line: string) {
  for (let conflicts = 0; ; conflicts++) {
    const read = await workspace.call('readFile', { path: 'list.txt' })
    const { content, etag } = recordOf(read)
    const written = await workspace.call('writeFile', {
      path: 'list.txt',
      content: `${String(content)}${line}\n`,
      ifMatch: etag,
    })
    if (refusalOf(written) !== 'conflict') return { conflicts, written }
  }
}

it('loses none of 50 concurrent changes with ifMatch', async () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`)
  const outcomes = await Promise.all(lines.map(addLine))
  expect(outcomes.map(({ written }) => refusalOf(written))).toEqual(lines.map(() => undefined))
  const found = (await onDisk('list.txt')).trimEnd().split('\n')
  expect(found.toSorted()).toEqual(['start', ...lines].toSorted())
  expect(outcomes.some(({ conflicts }) => conflicts > 0)).toBe(true)
}, 60_000)

it('loses none of 50 concurrent edits and 50 appends without ifMatch', async () => {
  const path = 'list.txt'
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const edits = [{ oldText: 'start\n', newText: `start\nedit ${index}\n` }]
      expect(await workspace.call('editFile', { path, edits })).toHaveProperty('etag')
      const content = `added ${index}\n`
      expect(await workspace.call('appendFile', { path, content })).toHaveProperty('etag')
    }),
  )
  expect((await onDisk(path)).trimEnd().split('\n')).toHaveLength(101)
})

it('leaves no parent directory of a file that is refused', async () => {
  const refused = { content: 'x', createParents: true, ifMatch: 'sha256-x' }
  const paths = ['new/deep/a.txt', 'notes/deep/a.txt', 'notes/a.txt/deep/a.txt']
  for (const path of paths) {
    expect(refusalOf(await workspace.call('writeFile', { path, ...refused }))).toBeDefined()
  }
  const copy = { path: 'missing.txt', to: 'copies/deep/a.txt', createParents: true }
  expect(refusalOf(await workspace.call('copy', copy))).toBeDefined()
  expect((await readdir(workspace.path)).toSorted()).toEqual(['list.txt', 'notes'])
  expect(await readdir(join(workspace.path, 'notes'))).toEqual(['a.txt'])

  const accepted = { path: 'new/deep/a.txt', content: 'x', createParents: true }
  expect(refusalOf(await workspace.call('writeFile', accepted))).toBeUndefined()
  expect(await onDisk('new/deep/a.txt')).toBe('x')
})

it('returns the current etag if ifMatch does not match', async () => {
  const current = await etagOf('list.txt')
  const target = { path: 'list.txt', ifMatch: 'sha256-old' }
  const params = { ...target, content: 'x' }
  const expected = { error: { code: 'conflict', details: { ifMatch: 'sha256-old', current } } }
  expect(await workspace.call('writeFile', params)).toMatchObject(expected)
  expect(await workspace.call('appendFile', params)).toMatchObject(expected)
  expect(await workspace.call('delete', target)).toMatchObject(expected)
  const edits = [{ oldText: 'start', newText: 'end' }]
  expect(await workspace.call('editFile', { ...target, edits })).toMatchObject(expected)
  expect(await onDisk('list.txt')).toBe('start\n')
  expect(refusalOf(await workspace.call('writeFile', { ...params, path: 'new' }))).toBe('conflict')
})

it('changes the etag for a content of the same length and time', async () => {
  const file = join(workspace.path, 'list.txt')
  const before = await etagOf('list.txt')
  const { atime, mtime } = await stat(file)
  await writeFile(file, 'START\n')
  await promisify(execFile)('touch', ['-d', mtime.toISOString(), file])
  expect((await stat(file)).size).toBe(6)
  expect(atime).toBeDefined()
  expect(await etagOf('list.txt')).not.toBe(before)
})

it('leaves no partial file, keeps permissions, and exposes the new content only when it is complete', async () => {
  await chmod(join(workspace.path, 'list.txt'), 0o640)
  const content = 'x'.repeat(300_000)
  const writing = workspace.call('writeFile', { path: 'list.txt', content })
  const sizes = new Set<number>()
  const look = async () => sizes.add((await stat(join(workspace.path, 'list.txt'))).size)
  while (!(await Promise.race([writing.then(() => true), look().then(() => false)])));
  expect([6, 300_000]).toEqual(expect.arrayContaining(Array.from(sizes)))
  expect((await stat(join(workspace.path, 'list.txt'))).mode & 0o777).toBe(0o640)
  expect(await readdir(workspace.path)).toEqual(['list.txt', 'notes'])
})

it('creates a new file for one of many concurrent callers without overwrite', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      workspace.call('writeFile', { path: 'one.txt', content: `${index}`, overwrite: false }),
    ),
  )
  const refused = outcomes.map(refusalOf).filter((reason) => reason === 'exists')
  expect(refused).toHaveLength(19)
})

it('does not change a file under its other names (hard links)', async () => {
  await link(join(workspace.path, 'list.txt'), join(workspace.outside, 'other-name.txt'))
  const path = 'list.txt'
  expect(await workspace.call('stat', { path })).toMatchObject({ links: 2 })
  await workspace.call('appendFile', { path, content: 'more\n' })
  await workspace.call('writeFile', { path, content: 'other' })
  expect(await readFile(join(workspace.outside, 'other-name.txt'), 'utf8')).toBe('start\n')
})

it('reads and writes base64 and refuses invalid base64', async () => {
  const content = Buffer.from([0, 255, 254, 128]).toString('base64')
  await workspace.call('writeFile', { path: 'bytes', content, encoding: 'base64' })
  expect(await workspace.call('readFile', { path: 'bytes', encoding: 'base64' })).toMatchObject({
    content,
  })
  expect(refusalOf(await workspace.call('readFile', { path: 'bytes' }))).toBe('not-text')
  const bad = await workspace.call('writeFile', { path: 'b', content: '*', encoding: 'base64' })
  expect(refusalOf(bad)).toBe('invalid-params')
})

it('applies all edits or none', async () => {
  const path = 'list.txt'
  const edits = [
    { oldText: 'start', newText: 'end' },
    { oldText: 'not there', newText: '' },
  ]
  const outcome = await workspace.call('editFile', { path, edits })
  expect(refusalOf(outcome)).toBe('text-not-found')
  expect(await onDisk(path)).toBe('start\n')
})

it('edits a large text in the sandbox, with the same result', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `the line ${index}`)
  const path = 'large.txt'
  await writeFile(join(workspace.path, path), lines.join('\n'))
  const edits = [
    { oldText: 'the line 7\n', newText: 'seven\n' },
    { oldText: 'the line 19999', newText: 'last' },
  ]
  const outcome = await workspace.call('editFile', { path, edits })
  expect(outcome).toMatchObject({ replacements: 2, diff: expect.stringContaining('+seven') })
  expect(await onDisk(path)).toBe(lines.with(7, 'seven').with(19_999, 'last').join('\n'))
}, 60_000)

it('refuses edits that exceed the maximum size', async () => {
  const path = 'long.txt'
  await writeFile(join(workspace.path, path), 'a'.repeat(100_000))
  const edits = [{ oldText: 'a', newText: 'a'.repeat(100_000), occurrence: 'all' }]
  expect(refusalOf(await workspace.call('editFile', { path, edits }))).toBe('file-too-large')
})

it('refuses a new name that differs only in its Unicode form', async () => {
  const [composed, decomposed] = ['caf\u00e9.txt', 'cafe\u0301.txt']
  await workspace.call('writeFile', { path: composed, content: 'one' })
  const outcome = await workspace.call('writeFile', { path: decomposed, content: 'two' })
  expect(refusalOf(outcome)).toBe('name-collision')
  expect(await onDisk(composed)).toBe('one')
  const folder = await workspace.call('createDirectory', { path: `${decomposed}/x` })
  expect(refusalOf(folder)).toBe('name-collision')
})

it('marks and distinguishes names that differ only in their Unicode form', async () => {
  await writeFile(join(workspace.path, 'caf\u00e9.txt'), 'one')
  await writeFile(join(workspace.path, 'cafe\u0301.txt'), 'two')
  expect(await workspace.call('searchFiles', { glob: 'caf*' })).toMatchObject({
    items: [
      { path: 'cafe\u0301.txt', nameCollision: true },
      { path: 'caf\u00e9.txt', nameCollision: true },
    ],
  })
  expect(await workspace.call('readFile', { path: 'caf\u00e9.txt' })).toMatchObject({
    content: 'one',
  })
  expect(await workspace.call('readFile', { path: 'cafe\u0301.txt' })).toMatchObject({
    content: 'two',
  })
})

it('refuses text that would be written differently', async () => {
  const half = 'a\uD800b'
  for (const operation of ['writeFile', 'appendFile']) {
    const outcome = await workspace.call(operation, { path: 'list.txt', content: half })
    expect(refusalOf(outcome)).toBe('not-text')
  }
  const edits = [{ oldText: 'start', newText: half }]
  expect(refusalOf(await workspace.call('editFile', { path: 'list.txt', edits }))).toBe('not-text')
  expect(await onDisk('list.txt')).toBe('start\n')
})

it('skips a change that was cancelled before its turn', async () => {
  const givenUp = new AbortController()
  const before = Array.from({ length: 20 }, (_, index) =>
    workspace.call('writeFile', { path: 'list.txt', content: `${index}` }),
  )
  const late = workspace.call(
    'writeFile',
    { path: 'list.txt', content: 'late' },
    { signal: givenUp.signal },
  )
  givenUp.abort()
  expect(refusalOf(await late)).toBe('cancelled')
  await Promise.all(before)
  // This change runs after the turn of the cancelled change.
  await workspace.call('appendFile', { path: 'list.txt', content: '!' })
  expect(await onDisk('list.txt')).toMatch(/^\d+!$/)
})
