import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

import { fileChunks } from '@mcp/files'

/**
 * The etag of a content. It is made of the content alone: a time of change has the grain of the file
 * system's clock, and an inode is used again, so both can miss a change.
 */
export function etagOf(content: Uint8Array): string {
  return format(createHash('sha256').update(content).digest('base64url'))
}

const maxChunkBytes = 256 * 1024

/** The etag of a file, read piece by piece. */
export async function etagOfFile(handle: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const { size } = await handle.stat()
  // To its end, wherever that is by then; the size only says how large a piece is worth its memory.
  const chunks = fileChunks(handle, { chunkBytes: Math.min(maxChunkBytes, size + 1), signal })
  for await (const { bytes } of chunks) hash.update(bytes)
  return format(hash.digest('base64url'))
}

function format(digest: string): string {
  return `sha256-${digest}`
}
