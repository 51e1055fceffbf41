import type { Readable } from 'node:stream'

import { decodeBody } from './decode-body.ts'

export interface Body {
  readonly bytes: Uint8Array
  /** Whether the body exceeded the limit or is incomplete. */
  readonly truncated: boolean
  /** Whether the body ended before the end of its compressed data. */
  readonly incomplete: boolean
}

/**
 * Reads and decodes at most `maxBytes` of a body, and discards the rest. Aborting the signal of the
 * request also ends the read.
 *
 * @throws McpError `upstream-error`, reason `content-encoding`, for an unsupported encoding.
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Body> {
  const chunks: Uint8Array[] = []
  let length = 0
  let truncated = false
  let incomplete = false
  try {
    const decoded: AsyncIterable<Uint8Array> = decodeBody(
      body,
      encoding ?? '',
      () => (incomplete = true),
    )
    for await (const chunk of decoded) {
      const room = maxBytes - length
      truncated = chunk.length > room
      const part = truncated ? chunk.subarray(0, room) : chunk
      chunks.push(part)
      length += part.length
      if (truncated) break
    }
  } finally {
    discard(body)
  }
  return { bytes: Buffer.concat(chunks, length), truncated: truncated || incomplete, incomplete }
}

/** Discards the rest of a body. An unread body would keep its connection busy. */
export function discard(body: Readable): void {
  // Destroying an unfinished body emits an error, which is ignored.
  body.on('error', () => {}).destroy()
}
