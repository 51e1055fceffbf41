import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace

beforeAll(async () => {
  workspace = await openWorkspace({
    files: {
      'src/app.ts': 'const answer = 42\nconst question = answer\r\nexport { answer }\n',
      'src/deep/util.ts': 'export const Answer = 1\n',
      'readme.md': 'The answer is below.\n',
      'picture.png': 'answer',
      'binary.dat': Buffer.from([0, 1, 2, 97, 110, 115, 119, 101, 114, 0]),
      'long.txt': `${'y'.repeat(200_000)}needle${'y'.repeat(200_000)}\nnext line: needle\n`,
    },
    bounds: { maxSearchFiles: 1_000_000 },
    maxResultBytes: 10_000_000,
  })
  const many = join(workspace.path, 'many')
  const line = 'the quick brown fox jumps over the lazy dog\n'
  for (let folder = 0; folder < 40; folder++) {
    await mkdir(join(many, `${folder}`), { recursive: true })
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        writeFile(join(many, `${folder}`, `${index}.txt`), line.repeat(100)),
      ),
    )
  }
  await writeFile(join(many, 'large.txt'), line.repeat(500_000))
}, 120_000)

afterAll(() => workspace.close())

const search = (params: Readonly<Record<string, unknown>>) => workspace.call('searchText', params)

it('finds lines with their positions and skips binary files', async () => {
  expect(await search({ pattern: 'answer', path: 'src' })).toMatchObject({
    matches: [
      { path: 'src/app.ts', line: 1, column: 7, text: 'const answer = 42' },
      { path: 'src/app.ts', line: 2, column: 18, text: 'const question = answer' },
      { path: 'src/app.ts', line: 3, column: 10, text: 'export { answer }' },
    ],
    filesSearched: 2,
  })
  expect(await search({ pattern: 'answer', glob: '*.{png,dat}' })).toMatchObject({
    matches: [],
    filesSearched: 0,
    filesSkipped: 2,
  })
})

it('finds by regular expression, case-insensitively, in matching files, with context', async () => {
  expect(
    await search({
      pattern: '^export.*answer',
      regex: true,
      ignoreCase: true,
      glob: 'src/**/*.ts',
      context: 1,
    }),
  ).toMatchObject({
    matches: [
      { path: 'src/app.ts', line: 3, before: ['const question = answer'], after: [] },
      { path: 'src/deep/util.ts', line: 1, before: [], after: [] },
    ],
  })
})

it('returns the position in a line longer than one piece', async () => {
  const outcome = await search({ pattern: 'needle', path: '', glob: 'long.txt' })
  expect(outcome).toMatchObject({
    matches: [
      { line: 1, column: 200_001, text: expect.stringContaining('needle') },
      { line: 2, column: 12, text: 'next line: needle' },
    ],
  })
})

it('stops at the maximum number of matches', async () => {
  expect(await search({ pattern: 'fox', path: 'many', limit: 3 })).toMatchObject({
    matches: { length: 3 },
    endedBy: 'matches',
  })
})

it('stops before the deadline with partial results', async () => {
  const context = { deadline: Date.now() + 500 }
  const params = { pattern: 'no such thing', path: 'many' }
  expect(await workspace.call('searchText', params, context)).toMatchObject({ endedBy: 'time' })
})

it('stops at the maximum number of visited entries', async () => {
  const small = await openWorkspace({
    files: { 'a.md': 'x', 'b.md': 'x', 'c.txt': 'x' },
    bounds: { maxWalkEntries: 2 },
  })
  const outcome = await small.call('searchText', { pattern: 'x', glob: '*.txt' })
  expect(outcome).toMatchObject({ matches: [], filesSearched: 0, endedBy: 'files' })
  await small.close()
})

it('refuses an invalid pattern', async () => {
  expect(refusalOf(await search({ pattern: '(', regex: true }))).toBe('pattern-syntax')
  expect(refusalOf(await search({ pattern: '(a)\\1', regex: true }))).toBe('pattern-syntax')
})

it('matches a pattern that takes other engines exponential time', async () => {
  await writeFile(join(workspace.path, 'evil.txt'), `${'a'.repeat(50_000)}!\n`)
  const outcome = await search({ pattern: '^(a+)+$', regex: true, glob: 'evil.txt' })
  expect(outcome).toMatchObject({ matches: [], filesSearched: 1 })
})

it('leaves the event loop free while it visits thousands of files', async () => {
  await expectSteadyLoop(async () => {
    expect(await search({ pattern: 'not there at all', path: 'many' })).toMatchObject({
      matches: [],
      filesSearched: 2_001,
    })
  })
}, 120_000)

it('leaves the event loop free while it matches patterns, even large ones', async () => {
  const params = { pattern: '(fox|dog){2,}(x{0,100}){0,10}z', regex: true, path: 'many/7' }
  await expectSteadyLoop(async () => {
    expect(await search(params)).toMatchObject({ matches: [], filesSearched: 50 })
  })
}, 120_000)

it('leaves the event loop free while it lists and searches names', async () => {
  const looking = expectSteadyLoop(async () => {
    const listed = await workspace.call('listDirectory', { recursive: true, query: 'not there' })
    expect(listed).toEqual({ items: [] })
    expect(await workspace.call('searchFiles', { glob: '**/*x*y*z*' })).toEqual({ items: [] })
    expect(await workspace.call('tree', { depth: 10, limit: 5_000 })).toHaveProperty('text')
  })
  await expect(looking).resolves.toBeUndefined()
}, 60_000)
