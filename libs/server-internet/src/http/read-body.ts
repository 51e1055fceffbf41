import type { Readable } from 'node:stream'

import { decodeBody } from './decode-body.ts'

export interface Body {
  readonly bytes: Uint8Array
  /** Whether there was more than the limit allows. */
  readonly truncated: boolean
}

/**
 * Reads a body, decodes it, and stops at the limit: what lies beyond is neither decoded nor kept.
 * Whoever sent the request ends it by its signal.
 *
 * @throws McpError `upstream-error`, reason `content-encoding`, for one that nobody here decodes.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Body> {
  const chunks: Uint8Array[] = []
  let length = 0
  let truncated = false
  try {
    const decoded: AsyncIterable<Uint8Array> = decodeBody(body, encoding)
    for await (const chunk of decoded) {
      const room = maxBytes - length
      truncated = chunk.length > room
      const kept = truncated ? chunk.subarray(0, room) : chunk
      chunks.push(kept)
      length += kept.length
      if (truncated) break
    }
  } finally {
    discard(body)
  }
  return { bytes: Buffer.concat(chunks, length), truncated }
}

/** Gives up the rest of a body, which would otherwise keep its connection busy. */
export function discard(body: Readable): void {
  // What comes of breaking it off is an error that concerns nobody.
  body.on('error', () => {}).destroy()
}
