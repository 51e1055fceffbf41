import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'

import { createFrameReader, frameHeader } from './frame-reader.ts'

export interface MessageSocketOptions {
  /** Maximum size of a received message, serialized. */
  readonly maxMessageBytes: number
  readonly onMessage: (message: unknown) => void
  /** Called once if the peer sent invalid bytes or `onMessage` threw. The socket is then destroyed. */
  readonly onInvalid: (error: unknown) => void
}

/**
 * Exchanges messages over a socket between a process and its worker, and returns the function that posts a
 * message. The channel of `fork` is not used, because the bytes of a worker that runs hostile code can make
 * Node throw outside of every handler, which ends the host.
 */
export function openMessageSocket(
  socket: Socket,
  { maxMessageBytes, onMessage, onInvalid }: MessageSocketOptions,
): (message: unknown) => void {
  const read = createFrameReader(maxMessageBytes, (bytes) => onMessage(deserialize(bytes)))
  socket.on('data', (chunk) => {
    try {
      read(chunk)
    } catch (error) {
      socket.removeAllListeners('data').destroy()
      onInvalid(error)
    }
  })
  // A write to a process that has exited fails. The exit itself is reported by the `close` event.
  socket.on('error', () => {})
  return (message) => {
    const bytes = serialize(message)
    // Both parts are sent by one system call.
    socket.cork()
    socket.write(frameHeader(bytes))
    socket.write(bytes)
    socket.uncork()
  }
}
