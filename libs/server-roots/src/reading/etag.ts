import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

import { fileChunks } from '@mcp/files'

/**
 * Returns an etag that depends only on the content. An etag of the modification time and inode could miss
 * a change, because the clock of a file system is coarse and inodes are reused.
 */
export function etagOf(content: Uint8Array): string {
  return format(createHash('sha256').update(content).digest('base64url'))
}

const maxChunkBytes = 256 * 1024

/** Returns the etag of a file, read in chunks. */
export async function etagOfFile(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const { size } = await handle.stat()
  // The file is read to its end, even if it grows. `size` only limits the buffer.
  const chunks = fileChunks(handle, { chunkBytes: Math.min(maxChunkBytes, size + 1), signal })
  for await (const { bytes } of chunks) hash.update(bytes)
  return format(hash.digest('base64url'))
}

function format(digest: string): string {
  return `sha256-${digest}`
}
