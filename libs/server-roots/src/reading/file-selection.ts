import type { FileHandle } from 'node:fs/promises'

import { fileChunks, fileChunksBackwards } from '@mcp/files'
import { invalidParam } from '@mcp/server'

/** The requested part of a file. At most one option may be set. Default: the whole file. */
export interface FileSelection {
  readonly range?: { readonly start: number; readonly end?: number | undefined } | undefined
  readonly lines?: { readonly start: number; readonly end?: number | undefined } | undefined
  readonly head?: number | undefined
  readonly tail?: number | undefined
}

/** Bytes from `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly start: number
  readonly end: number
  /** Whether the selection begins before `start`, because its tail exceeds the maximum size. */
  readonly isStartCut?: boolean
}

export interface SelectedFile {
  readonly handle: FileHandle
  readonly size: number
  /** Maximum number of bytes to return. The search for lines stops there. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

const newline = 0x0a

/** Returns the byte range of a selection. Keeps one chunk of the file in memory. */
export async function findBytes(selection: FileSelection, file: SelectedFile): Promise<ByteRange> {
  const { range, lines, head, tail } = selection
  const { size } = file
  if ([range, lines, head, tail].filter((part) => part !== undefined).length > 1) {
    throw invalidParam('range', 'use only one of range, lines, head and tail')
  }
  if (range !== undefined) {
    const { start, end = Infinity } = range
    checkOrder('range', start, end)
    return { start: Math.min(start, size), end: Math.min(end, size) }
  }
  if (head !== undefined) return { start: 0, end: await endOfLine(file, 0, head) }
  if (tail !== undefined) return { ...(await startOfTail(file, tail)), end: size }
  if (lines !== undefined) {
    const { start: first, end: last = Infinity } = lines
    checkOrder('lines', first, last)
    const start = first === 1 ? 0 : await endOfLine({ ...file, maxBytes: Infinity }, 0, first - 1)
    const end = last === Infinity ? size : await endOfLine(file, start, last - first + 1)
    return { start, end }
  }
  return { start: 0, end: size }
}

/** Returns the end of `count` lines from `start` on, including the last line break. */
async function endOfLine(file: SelectedFile, start: number, count: number): Promise<number> {
  const { handle, size, maxBytes, signal } = file
  let left = count
  for await (const { bytes, offset } of fileChunks(handle, { start, end: size, signal })) {
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) {
      if (--left === 0) return offset + at + 1
    }
    // The range is one byte longer than the maximum, so that the content counts as truncated.
    if (offset + bytes.length - start > maxBytes) return start + maxBytes + 1
  }
  return size
}

/** Returns the start of the last `count` lines, or of the last `maxBytes` bytes if the lines are longer. */
async function startOfTail(
  file: SelectedFile,
  count: number,
): Promise<Pick<ByteRange, 'start' | 'isStartCut'>> {
  const { handle, size, maxBytes, signal } = file
  const earliest = Math.max(0, size - maxBytes)
  let left = count
  for await (const { bytes, offset } of fileChunksBackwards(handle, {
    start: earliest,
    end: size,
    signal,
  })) {
    for (let at = bytes.lastIndexOf(newline); at >= 0;) {
      // A line break at the end of the file does not start another line.
      if (offset + at + 1 < size && --left === 0) return { start: offset + at + 1 }
      at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)
    }
  }
  return { start: earliest, isStartCut: earliest > 0 }
}

function checkOrder(param: string, start: number, end: number): void {
  if (end < start) throw invalidParam([param, 'end'], 'the end is before the start')
}
