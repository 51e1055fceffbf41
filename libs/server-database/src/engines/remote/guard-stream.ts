import type { Duplex } from 'node:stream'

import { maxRowBytes, rowTooLarge } from '../size-limit.ts'

/** The framing of messages in a protocol: each has a header with the size of its body. */
export interface MessageFormat {
  readonly headerBytes: number
  /** Returns the size of the body after the header at that offset. */
  bodyBytes(bytes: Buffer, at: number): number
}

/**
 * Limits the consequences of a database's responses to their connection. An exception in the client
 * library's parser, or in a listener that it calls, destroys the connection instead of ending the process.
 * A message over {@link maxRowBytes} destroys it when its header arrives. Call it on a connected stream between messages.
 */
export function guardStream(stream: Duplex, format: MessageFormat): void {
  const check = createSizeCheck(format)
  const listeners = stream.listeners('data')
  stream.removeAllListeners('data')
  stream.on('data', (chunk: Buffer) => {
    if (stream.destroyed) return
    try {
      check(chunk)
      for (const listener of listeners) Reflect.apply(listener, stream, [chunk])
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

/**
 * Returns a function that reads the header of each message in the chunks of a stream.
 *
 * @throws McpError `payload-too-large`, from that function.
 */
function createSizeCheck(format: MessageFormat): (chunk: Buffer) => void {
  const { headerBytes } = format
  // Offset of the next header in the next chunk.
  let next = 0
  // The start of a header that continues in the next chunk.
  let partial = Buffer.alloc(0)

  return (chunk) => {
    const bytes = partial.length === 0 ? chunk : Buffer.concat([partial, chunk])
    while (next + headerBytes <= bytes.length) {
      const size = format.bodyBytes(bytes, next)
      if (size > maxRowBytes) throw rowTooLarge()
      next += headerBytes + size
    }
    partial = Buffer.from(bytes.subarray(next))
    next = Math.max(0, next - bytes.length)
  }
}
