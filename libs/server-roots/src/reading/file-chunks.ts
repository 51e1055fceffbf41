import type { FileHandle } from 'node:fs/promises'

const chunkBytes = 256 * 1024

/** One piece of a file, and where it begins. The buffer is used again for the next. */
export interface FileChunk {
  readonly bytes: Buffer
  readonly offset: number
}

/**
 * Reads a file from `start` up to and without `end`, piece by piece, in the memory of one piece of up
 * to `maxBytes`.
 */
export async function* fileChunks(
  handle: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
  maxBytes = chunkBytes,
): AsyncGenerator<FileChunk> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(maxBytes, end - start)))
  let offset = start
  while (offset < end) {
    signal.throwIfAborted()
    const wanted = Math.min(buffer.length, end - offset)
    const { bytesRead } = await handle.read(buffer, 0, wanted, offset)
    if (bytesRead === 0) return
    yield { bytes: buffer.subarray(0, bytesRead), offset }
    offset += bytesRead
  }
}

/** Reads a file backwards from `end` down to `start`, piece by piece, in the memory of one. */
export async function* fileChunksBackwards(
  handle: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<FileChunk> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(chunkBytes, end - start)))
  let before = end
  while (before > start) {
    signal.throwIfAborted()
    const offset = Math.max(start, before - buffer.length)
    const { bytesRead } = await handle.read(buffer, 0, before - offset, offset)
    if (bytesRead === 0) return
    yield { bytes: buffer.subarray(0, bytesRead), offset }
    before = offset
  }
}

/** Reads a part of a file into memory. */
export async function readPart(
  handle: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const part = Buffer.allocUnsafe(Math.max(0, end - start))
  let length = 0
  for await (const { bytes } of fileChunks(handle, start, end, signal)) {
    length += bytes.copy(part, length)
  }
  return part.subarray(0, length)
}
