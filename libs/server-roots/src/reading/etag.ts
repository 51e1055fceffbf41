import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

import { fileChunks } from '@mcp/files'

/**
 * Returns the etag of a content. The etag depends only on the content. A modification time is only
 * as precise as the file system's clock, and inodes are reused, so both can miss a change.
 */
export function etagOf(content: Uint8Array): string {
  return format(createHash('sha256').update(content).digest('base64url'))
}

const maxChunkBytes = 256 * 1024

/** Returns the etag of a file, read in chunks. */
export async function etagOfFile(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const { size } = await handle.stat()
  // Reads to the current end, even if the file grows; `size` only limits the buffer.
  const chunks = fileChunks(handle, { chunkBytes: Math.min(maxChunkBytes, size + 1), signal })
  for await (const { bytes } of chunks) hash.update(bytes)
  return format(hash.digest('base64url'))
}

function format(digest: string): string {
  return `sha256-${digest}`
}
