import type { Duplex } from 'node:stream'

import { maxRowBytes, rowTooLarge } from '../size-limit.ts'

/** The format of the messages in a protocol. Each message has a header with the size of its body. */
export interface MessageFormat {
  readonly headerBytes: number
  /** Returns the size of the body after the header at the offset `at`. */
  bodyBytes(bytes: Buffer, at: number): number
}

/**
 * Guards the process against messages of a database server. An exception in the parser of the client
 * library, or in a listener that the parser calls, destroys the connection instead of ending the process. A
 * message over {@link maxRowBytes} destroys the connection when its header arrives. Call this function on a
 * connected stream between two messages.
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
 * Returns a function that receives the chunks of a stream and checks the size in the header of each message.
 * The function throws a `payload-too-large` error if a message is too large.
 */
export function createSizeCheck(format: MessageFormat): (chunk: Buffer) => void {
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
