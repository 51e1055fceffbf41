import { resources } from '@mcp/contracts/resources'
import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { fileResources } from '../providers/files/file-resources.ts'
import type { Call } from '../fixtures/call.ts'
import { createCall } from '../fixtures/call.ts'
import type { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { createTemporaryFolder } from '../fixtures/temporary-folder.ts'
import { memoryResources } from '../providers/memory/memory-resources.ts'
import { resourcesServer } from '../resources-server.ts'

const lines = 'one\ntwo\r\nthree\n\nfive'

let folder: TemporaryFolder
let server: ReturnType<typeof resourcesServer>
let call: Call
beforeAll(async () => {
  folder = await createTemporaryFolder({
    'lines.txt': lines,
    'umlauts.txt': 'äöü€😀',
    'latin1.txt': Uint8Array.of(0x61, 0xe4, 0x62),
    'cut.txt': Uint8Array.of(0x61, 0xe2, 0x82),
    'picture.png': new TextEncoder().encode('not really'),
    unknown: 'text without a type',
    'unknown.bin': Uint8Array.of(0x61, 0, 0x62),
    'long.txt': 'x'.repeat(200_000),
  })
  server = resourcesServer({
    checkResults: true,
    providers: [
      fileResources({ folder: folder.path }),
      memoryResources({ resources: [{ path: 'note.md', content: '# Note' }] }),
    ],
  })
  call = createCall(server)
})
afterAll(async () => {
  await server.close()
  await folder.remove()
})

const read = (name: string, params: Record<string, unknown> = {}) =>
  call('read', { resource: `file:///${name}`, ...params })

const parseRead = (result: unknown) => resources.operations.read.result.parse(result)

describe('a read', () => {
  it('returns text with the metadata of the resource', async () => {
    const stat = await call('stat', { resource: 'file:///lines.txt' })
    expect(await read('lines.txt')).toEqual({
      uri: 'file:///lines.txt',
      mimeType: 'text/plain',
      text: lines,
      size: 20,
      etag: expect.stringMatching(/^\w+-\w+-\w+$/),
      modifiedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      notModified: false,
      part: { start: 0, end: 20, truncated: false },
    })
    expect(stat).toMatchObject({ name: 'lines.txt', size: 20, writable: false, watchable: true })
  })

  it.each([
    ['unknown', { text: 'text without a type' }],
    ['unknown.bin', { blob: 'YQBi' }],
    ['picture.png', { blob: 'bm90IHJlYWxseQ==' }],
    ['latin1.txt', { blob: 'YeRi' }],
    ['cut.txt', { blob: 'YeKC' }],
  ])('returns %s as %j', async (name, content) => {
    expect(await read(name)).toMatchObject(content)
  })

  it('returns base64 or text if the caller requires it', async () => {
    expect(
      await read('lines.txt', { encoding: 'base64', range: { start: 0, end: 3 } }),
    ).toMatchObject({
      blob: 'b25l',
    })
    expect(await read('picture.png', { encoding: 'utf-8' })).toMatchObject({ text: 'not really' })
    expect(await read('latin1.txt', { encoding: 'utf-8' })).toMatchObject({
      code: 'invalid-params',
      details: { reason: 'not-text' },
    })
  })

  it('returns no content if the etag of the caller matches', async () => {
    const { etag } = parseRead(await read('lines.txt'))
    const again = await read('lines.txt', { ifNoneMatch: etag })
    expect(again).toMatchObject({ etag, notModified: true })
    expect(again).not.toHaveProperty('text')
    expect(await read('lines.txt', { ifNoneMatch: 'other' })).toHaveProperty('text')
  })
})

describe('a range', () => {
  it.each([
    [
      { start: 4, end: 7 },
      { text: 'two', part: { start: 4, end: 7, truncated: false } },
    ],
    [{ start: 16 }, { text: 'five', part: { start: 16, end: 20, truncated: false } }],
    [
      { start: 16, end: 99 },
      { text: 'five', part: { start: 16, end: 20, truncated: false } },
    ],
    [{ start: 99 }, { text: '', part: { start: 99, end: 99, truncated: false } }],
    [
      { start: 3, end: 3 },
      { text: '', part: { start: 3, end: 3, truncated: false } },
    ],
  ])('%j returns %j', async (range, part) => {
    expect(await read('lines.txt', { range })).toMatchObject(part)
  })

  it('never splits a character of a text, and reports the bytes that were returned', async () => {
    // ä, ö and ü have two bytes each, € three and 😀 four.
    expect(await read('umlauts.txt', { range: { start: 1, end: 8 } })).toMatchObject({
      text: 'öü',
      part: { start: 2, end: 6 },
    })
  })

  it('can be continued at the end of a truncated part', async () => {
    let text = ''
    let start = 0
    for (let isComplete = false; !isComplete;) {
      const piece = parseRead(await read('umlauts.txt', { range: { start }, maxBytes: 4 }))
      text += piece.text
      start = piece.part?.end ?? Number.NaN
      isComplete = piece.part?.truncated === false
    }
    expect(text).toBe('äöü€😀')
  })

  it('is rejected if it ends before it starts, or together with lines', async () => {
    expect(await read('lines.txt', { range: { start: 5, end: 4 } })).toMatchObject({
      code: 'invalid-params',
      message: expect.stringContaining('is before the start'),
    })
    const both = { range: { start: 0 }, lines: { start: 1 } }
    expect(await read('lines.txt', both)).toMatchObject({ code: 'invalid-params' })
  })
})

describe('lines', () => {
  it.each([
    [
      { start: 1, end: 1 },
      { text: 'one\n', lines: { start: 1, end: 1 } },
    ],
    [
      { start: 2, end: 3 },
      { text: 'two\r\nthree\n', lines: { start: 2, end: 3 } },
    ],
    [
      { start: 4, end: 4 },
      { text: '\n', lines: { start: 4, end: 4 } },
    ],
    [{ start: 4 }, { text: '\nfive', lines: { start: 4, end: 5 } }],
    [
      { start: 5, end: 9 },
      { text: 'five', lines: { start: 5, end: 5 } },
    ],
    [{ start: 9 }, { text: '', lines: { start: 9, end: 8 } }],
  ])('%j return %j', async (requested, part) => {
    expect(await read('lines.txt', { lines: requested })).toMatchObject(part)
  })

  it('report a truncation by the limit', async () => {
    expect(await read('lines.txt', { lines: { start: 1 }, maxBytes: 6 })).toMatchObject({
      text: 'one\ntw',
      lines: { start: 1, end: 2 },
      part: { start: 0, end: 6, truncated: true },
    })
  })
})

it('reads 64 KiB unless a larger maximum is requested', async () => {
  expect(await read('long.txt')).toMatchObject({
    text: 'x'.repeat(65_536),
    size: 200_000,
    part: { start: 0, end: 65_536, truncated: true },
  })
  await expectSteadyLoop(async () => {
    expect(await read('long.txt', { maxBytes: 1_048_576 })).toMatchObject({
      text: 'x'.repeat(200_000),
      part: { truncated: false },
    })
  })
})

it('reads several resources, each with its own success or error', async () => {
  const uris = ['memory:///note.md', 'file:///missing', 'file:///../x', 'nowhere:a']
  expect(await call('readMany', { uris })).toEqual({
    results: [
      { status: 'success', uri: uris[0], result: expect.objectContaining({ text: '# Note' }) },
      { status: 'error', uri: uris[1], error: expect.objectContaining({ code: 'not-found' }) },
      { status: 'error', uri: uris[2], error: expect.objectContaining({ code: 'forbidden' }) },
      { status: 'error', uri: uris[3], error: expect.objectContaining({ code: 'not-found' }) },
    ],
  })
})

it('stops reading when the caller aborts', async () => {
  const controller = new AbortController()
  const provider = fileResources({ folder: folder.path })
  const { signal } = controller
  const opened = await provider.open('file:///long.txt', { start: 0, signal })
  controller.abort(new Error('aborted'))
  const reading = (async () => {
    for await (const piece of opened?.body ?? []) expect(piece).toBeDefined()
  })()
  await expect(reading).rejects.toThrow('aborted')
})
