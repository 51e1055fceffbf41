import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { fileChunks, fileChunksBackwards, readRange } from './file-chunks.ts'

const text = 'one\ntwo\nthree\nfour\n'
const { signal } = new AbortController()
let folder: string
let handle: FileHandle

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-chunks-'))
  await writeFile(join(folder, 'a.txt'), text)
  handle = await open(join(folder, 'a.txt'))
})

afterEach(async () => {
  await handle.close()
  await rm(folder, { recursive: true })
})

/** Makes each read return at most `max` bytes, as a network file system may. */
function limitReads(max: number): void {
  const read = handle.read.bind(handle)
  Object.assign(handle, {
    read: (buffer: Buffer, offset: number, length: number, position: number) =>
      read(buffer, offset, Math.min(length, max), position),
  })
}

for (const max of [1, 3, 100]) {
  for (const chunkBytes of [1, 4, 7, 100]) {
    it(`reads all bytes in both directions, ${max} per read and ${chunkBytes} per piece`, async () => {
      limitReads(max)
      const forwards: string[] = []
      for await (const { bytes, offset } of fileChunks(handle, { start: 2, chunkBytes, signal })) {
        forwards.push(bytes.toString())
        expect(text.startsWith(bytes.toString(), offset)).toBe(true)
      }
      expect(forwards.join('')).toBe(text.slice(2))

      const backwards: string[] = []
      const range = { start: 2, end: text.length, chunkBytes, signal }
      for await (const { bytes, offset } of fileChunksBackwards(handle, range)) {
        backwards.unshift(bytes.toString())
        expect(text.startsWith(bytes.toString(), offset)).toBe(true)
      }
      expect(backwards.join('')).toBe(text.slice(2))
    })
  }
}

it('reads what is left of a file that became shorter', async () => {
  const backwards: string[] = []
  const range = { end: text.length + 20, chunkBytes: 8, signal }
  for await (const { bytes } of fileChunksBackwards(handle, range)) {
    backwards.unshift(bytes.toString())
  }
  expect(backwards.join('')).toBe(text)
  expect((await readRange(handle, 4, text.length + 20, signal)).toString()).toBe(text.slice(4))
})

it('reads a range with short reads', async () => {
  limitReads(3)
  expect((await readRange(handle, 4, 13, signal)).toString()).toBe('two\nthree')
})
