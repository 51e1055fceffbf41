import { describe, expect, it } from 'vitest'

import type { FilePiece, FileSource } from './file-source.ts'
import { hexLines, maxWholeBytes, pieceBytes, readDocument, typeOfBytes } from './read-document.ts'

const { signal } = new AbortController()

/** A file in memory, which records what is read of it. */
function memoryFile(content: string, mediaType: string, isText = true) {
  const bytes = Buffer.from(content, 'latin1')
  const reads: string[] = []
  const pieceAt = (start: number, max: number): FilePiece => {
    const end = Math.min(bytes.length, start + max)
    const part = bytes.subarray(start, end)
    return {
      start,
      end,
      hasMore: end < bytes.length,
      content: isText
        ? { kind: 'text', text: part.toString('latin1') }
        : { kind: 'bytes', base64: part.toString('base64') },
    }
  }
  const source: FileSource = {
    id: 'x',
    name: 'x',
    describe: async () => ({ mediaType, size: bytes.length, notes: [] }),
    read: async ({ at = 0, line }, max) => {
      reads.push(`${line ?? at}+${max}`)
      return pieceAt(at, max)
    },
    readBytes: async (start, max) => pieceAt(start, max),
    write: async () => ({}),
  }
  return { source, reads }
}

describe('readDocument', () => {
  it('reads a text of up to a MiB as a whole', async () => {
    const { source, reads } = memoryFile('a'.repeat(maxWholeBytes), 'text/plain')
    const { document } = await readDocument(source, { at: 5 }, signal)
    expect(document).toMatchObject({ kind: 'text', isWhole: true })
    expect(reads).toEqual([`0+${maxWholeBytes}`])
  })

  it('reads one piece of a larger text, at its place', async () => {
    const { source, reads } = memoryFile('a'.repeat(maxWholeBytes + 1), 'text/plain')
    const { document } = await readDocument(source, { at: 7 }, signal)
    expect(document).toMatchObject({ isWhole: false, piece: { start: 7, end: 7 + pieceBytes } })
    await readDocument(source, { line: 3 }, signal)
    expect(reads).toEqual([`7+${pieceBytes}`, `3+${pieceBytes}`])
  })

  it('joins the parts of an image', async () => {
    const content = 'PNG'.repeat(700_000)
    const { source } = memoryFile(content, 'image/png', false)
    const { document } = await readDocument(source, {}, signal)
    expect(document.kind).toBe('image')
    expect(document.kind === 'image' && atob(document.base64) === content).toBe(true)
  })

  it('describes what is not text', async () => {
    const { source } = memoryFile('\u{0}\u{1}', 'text/plain', false)
    expect(await readDocument(source, {}, signal)).toMatchObject({ document: { kind: 'binary' } })
  })
})

it('shows bytes as numbers and characters', () => {
  expect(hexLines(btoa('Hello <b>\u{0}\u{ff} 16 bytes'))).toBe(
    '000000  48 65 6c 6c 6f 20 3c 62 3e 00 ff 20 31 36 20 62  Hello <b>.. 16 b\n' +
      `000010  ${'79 74 65 73'.padEnd(47)}  ytes`,
  )
  expect(hexLines(btoa('x'.repeat(1000))).split('\n')).toHaveLength(16)
  expect(hexLines('')).toBe('')
})

it.each([
  ['%PDF-1.7', 'PDF document'],
  ['PK\u{3}\u{4}rest', 'ZIP archive, or a document in one'],
  ['something else', undefined],
  ['', undefined],
])('returns the type of %j: %s', (start, type) => {
  expect(typeOfBytes(btoa(start))).toBe(type)
})
