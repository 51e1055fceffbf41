import type { FileHandle } from 'node:fs/promises'

const defaultChunkBytes = 256 * 1024

/** A piece of a file. Its buffer is reused for the next piece. */
export interface FileChunk {
  readonly bytes: Buffer
  /** Position of the first byte in the file. */
  readonly offset: number
}

export interface FileChunksOptions {
  /** Position of the first byte. Default: 0. */
  readonly start?: number | undefined
  /** Position after the last byte. Default: the end of the file. */
  readonly end?: number | undefined
  /** Maximum size of a piece. Default: 256 KiB. */
  readonly chunkBytes?: number | undefined
  readonly signal: AbortSignal
}

/** Reads a file piece by piece, with one buffer in memory. */
export async function* fileChunks(
  handle: FileHandle,
  { start = 0, end = Infinity, chunkBytes = defaultChunkBytes, signal }: FileChunksOptions,
): AsyncGenerator<FileChunk> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(chunkBytes, end - start)))
  let offset = start
  while (offset < end) {
    signal.throwIfAborted()
    const length = Math.min(buffer.length, end - offset)
    const { bytesRead } = await handle.read(buffer, 0, length, offset)
    if (bytesRead === 0) return
    yield { bytes: buffer.subarray(0, bytesRead), offset }
    offset += bytesRead
  }
}

/** Reads a file piece by piece from its `end` back to `start`, with one buffer in memory. */
export async function* fileChunksBackwards(
  handle: FileHandle,
  { start = 0, end, chunkBytes = defaultChunkBytes, signal }: FileChunksOptions & { end: number },
): AsyncGenerator<FileChunk> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(chunkBytes, end - start)))
  let before = end
  while (before > start) {
    signal.throwIfAborted()
    const offset = Math.max(start, before - buffer.length)
    const length = await fill(handle, buffer.subarray(0, before - offset), offset)
    if (length > 0) yield { bytes: buffer.subarray(0, length), offset }
    before = offset
  }
}

/** Fills a buffer and returns its length, or less if the file ends earlier. A read may return fewer bytes. */
async function fill(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(
      buffer,
      length,
      buffer.length - length,
      position + length,
    )
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

/** Reads the bytes from `start` up to `end` into memory, or fewer bytes if the file ends earlier. */
export async function readRange(
  handle: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const part = Buffer.allocUnsafe(Math.max(0, end - start))
  let length = 0
  for await (const { bytes } of fileChunks(handle, { start, end, signal })) {
    length += bytes.copy(part, length)
  }
  return part.subarray(0, length)
}
