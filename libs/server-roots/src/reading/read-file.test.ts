import { execFile } from 'node:child_process'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createRequest, isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Workspace } from '../fixtures/workspace.ts'
import { openWorkspace, refusalOf } from '../fixtures/workspace.ts'

let workspace: Workspace
const gibibyte = 1024 ** 3

beforeAll(async () => {
  workspace = await openWorkspace({
    files: {
      'five.txt': 'one\ntwo\nthree\nfour\nfive\n',
      'open-end.txt': 'one\ntwo',
      'empty.txt': '',
      'umlauts.txt': 'äöü€😀',
      'long.txt': 'x'.repeat(3_000),
      'long-umlauts.txt': `a${'ä'.repeat(1_000)}`,
      'euros.txt': `${'€'.repeat(1_000)}b`,
    },
    bounds: { maxReadBytes: 1_000 },
    maxResultBytes: 10_000_000,
  })
  const large = join(workspace.path, 'large.txt')
  await writeFile(large, 'first\nsecond\n')
  await truncate(large, gibibyte)
  const handle = await open(large, 'r+')
  await handle.write('\nnext to last\nlast\n', gibibyte - 19)
  await handle.close()
})

afterAll(() => workspace.close())

const read = (path: string, selection: Readonly<Record<string, unknown>> = {}) =>
  workspace.call('readFile', { path, ...selection })

it.each([
  ['five.txt', { head: 2 }, 'one\ntwo\n'],
  ['five.txt', { head: 9 }, 'one\ntwo\nthree\nfour\nfive\n'],
  ['five.txt', { tail: 1 }, 'five\n'],
  ['five.txt', { tail: 2 }, 'four\nfive\n'],
  ['five.txt', { tail: 9 }, 'one\ntwo\nthree\nfour\nfive\n'],
  ['open-end.txt', { tail: 1 }, 'two'],
  ['five.txt', { lines: { start: 2, end: 3 } }, 'two\nthree\n'],
  ['five.txt', { lines: { start: 4 } }, 'four\nfive\n'],
  ['five.txt', { lines: { start: 9 } }, ''],
  ['five.txt', { range: { start: 4, end: 7 } }, 'two'],
  ['five.txt', { range: { start: 19 } }, 'five\n'],
  ['five.txt', { range: { start: 99 } }, ''],
  ['empty.txt', { tail: 3 }, ''],
  ['empty.txt', {}, ''],
])('reads of %s with %j: %j', async (path, selection, content) => {
  expect(await read(path, selection)).toMatchObject({ content, truncated: false })
})

it('omits a character that a range cuts and returns the actual range', async () => {
  expect(await read('umlauts.txt', { range: { start: 1, end: 11 } })).toMatchObject({
    content: 'öü€',
    range: { start: 2, end: 9 },
  })
})

it('truncates at the maximum size and returns the next offset', async () => {
  expect(await read('long.txt')).toMatchObject({
    content: 'x'.repeat(1_000),
    truncated: true,
    nextOffset: 1_000,
  })
  expect(await read('long.txt', { head: 1 })).toMatchObject({ truncated: true })
  expect(await read('long.txt', { range: { start: 2_500 } })).toMatchObject({
    content: 'x'.repeat(500),
    truncated: false,
  })
})

it('applies the size limit to all files of one call together', async () => {
  const outcome = await workspace.call('readMany', { paths: ['long.txt', 'five.txt', '../x'] })
  expect(outcome).toMatchObject({
    results: [
      { status: 'success', path: 'long.txt', file: { truncated: true } },
      { status: 'success', path: 'five.txt', file: { content: '', truncated: true } },
      { status: 'error', path: '../x', error: { code: 'forbidden', reason: 'path-escape' } },
    ],
  })
})

it('rejects contradictory selections', async () => {
  expect(refusalOf(await read('five.txt', { head: 1, tail: 1 }))).toBe('invalid-params')
  const backwards = { lines: { start: 3, end: 2 } }
  expect(refusalOf(await read('five.txt', backwards))).toBe('invalid-params')
  expect(refusalOf(await read('.'))).toBe('not-a-file')
})

it('reads ranges, heads and tails of a file of a gibibyte in little memory', async () => {
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 5)
  expect(await read('large.txt', { tail: 2 })).toMatchObject({
    content: 'next to last\nlast\n',
    size: gibibyte,
  })
  expect(await read('large.txt', { head: 2 })).toMatchObject({ content: 'first\nsecond\n' })
  const end = { range: { start: gibibyte - 5 } }
  expect(await read('large.txt', end)).toMatchObject({ content: 'last\n' })
  const middle = { range: { start: gibibyte / 2, end: gibibyte / 2 + 3 }, encoding: 'base64' }
  expect(await read('large.txt', middle)).toMatchObject({ content: 'AAAA' })
  // The third line is the hole, so the search for the fourth line reads the whole file.
  const lines = await read('large.txt', { lines: { start: 4, end: 4 } })
  expect(lines).toMatchObject({ content: 'next to last\n' })
  const found = await workspace.call('stat', { path: 'large.txt', etag: true })
  expect(isRecord(found) && found['etag']).toMatch(/^sha256-/)
  clearInterval(watch)
  peak = Math.max(peak, process.memoryUsage().rss)
  expect((peak - before) / 1024 / 1024).toBeLessThan(100)
}, 60_000)

it('does not read a file of that size for an etag that was not requested', async () => {
  expect(await workspace.call('stat', { path: 'large.txt' })).not.toHaveProperty('etag')
  expect(await read('large.txt', { head: 1 })).not.toHaveProperty('etag')
})

it('does not wait for a writer of a FIFO', async () => {
  await promisify(execFile)('mkfifo', [join(workspace.path, 'fifo')])
  expect(refusalOf(await read('fifo'))).toBe('not-a-file')
  const written = await workspace.call('writeFile', { path: 'fifo', content: 'x' })
  expect(refusalOf(written)).toBe('not-a-file')
  const appended = await workspace.call('appendFile', { path: 'fifo', content: 'x' })
  expect(refusalOf(appended)).toBe('not-a-file')
})

it('marks file content as untrusted', async () => {
  const payload = { root: 'workspace', operation: 'readFile', params: { path: 'five.txt' } }
  const context = {
    signal: new AbortController().signal,
    deadline: Date.now() + 10_000,
    sessionId: undefined,
  }
  const response = await workspace.server.process(createRequest('root-operation', payload), context)
  expect(response.metadata).toMatchObject({ untrusted: true })
})

it('stops reading when the request is cancelled', async () => {
  const caller = new AbortController()
  const reading = workspace.call(
    'stat',
    { path: 'large.txt', etag: true },
    { signal: caller.signal },
  )
  caller.abort()
  expect(refusalOf(await reading)).toBe('cancelled')
})

it('truncates a tail at its start, at a whole character', async () => {
  expect(await read('long-umlauts.txt', { tail: 1 })).toMatchObject({
    content: 'ä'.repeat(500),
    range: { start: 1_001, end: 2_001 },
    truncated: true,
  })
  const euros = await read('euros.txt', { tail: 1 })
  expect(euros).toMatchObject({
    content: `${'€'.repeat(333)}b`,
    range: { start: 2_001, end: 3_001 },
    truncated: true,
  })
  expect(euros).not.toHaveProperty('nextOffset')
})
