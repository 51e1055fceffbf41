import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Writes small pieces to a response, and joins those that cannot be sent yet. */
export interface JoinedWriter {
  /** Queues bytes, and returns the number of bytes that are now queued. */
  readonly write: (bytes: Uint8Array) => number
  /** Passes the queued bytes on to the response. */
  readonly flush: () => void
}

const blockBytes = 16 * 1024
/**
 * Number of queued bytes above which the queue is passed to the system before the turn of the event loop ends.
 */
const maxTurnBytes = 64 * 1024

/** The part of a response that a joined writer uses. */
interface WrittenResponse extends Pick<ServerResponse, 'write' | 'writableLength' | 'destroyed'> {
  readonly socket: Pick<Socket, 'uncork' | 'writableCorked' | 'writableLength'> | null
}

/**
 * Creates a writer that passes one piece at a time to the response. While a piece is being sent, the following
 * pieces are copied into blocks. Node needs several hundred bytes for each write that waits. Without blocks,
 * the queue of a slow reader of small events would take several times the memory of its bytes.
 */
export function createJoinedWriter(response: WrittenResponse): JoinedWriter {
  let blocks: Uint8Array[] = []
  let last: Uint8Array | undefined
  let lastBytes = 0
  let queuedBytes = 0
  let sending = 0

  function queue(bytes: Uint8Array): void {
    queuedBytes += bytes.byteLength
    if (last === undefined || lastBytes + bytes.byteLength > last.byteLength) {
      closeBlock()
      if (bytes.byteLength >= blockBytes) {
        blocks.push(bytes)
        return
      }
      last = new Uint8Array(blockBytes)
    }
    last.set(bytes, lastBytes)
    lastBytes += bytes.byteLength
  }

  function closeBlock(): void {
    if (last !== undefined) blocks.push(last.subarray(0, lastBytes))
    last = undefined
    lastBytes = 0
  }

  function send(bytes: Uint8Array): void {
    sending++
    response.write(bytes, sent)
  }

  function sent(): void {
    sending--
    if (sending === 0) flush()
  }

  function flush(): void {
    closeBlock()
    const queued = blocks
    blocks = []
    queuedBytes = 0
    // Node reports a write to a closed connection as an error that would end the process.
    if (response.destroyed) return
    for (const block of queued) send(block)
  }

  /**
   * Passes the queued bytes to the system now. Node collects all writes of a turn of the event loop and passes
   * them on when the turn ends. If a handler writes many events in one turn, they would therefore count as
   * unread, although the reader keeps up. Bytes that the system does not accept stay queued.
   */
  function flushNow(): void {
    const { socket } = response
    if (socket === null || (socket.writableCorked === 0 && socket.writableLength > 0)) return
    flush()
    while (socket.writableCorked > 0) socket.uncork()
  }

  return {
    write(bytes) {
      if (response.destroyed) return 0
      if (sending > 0) queue(bytes)
      else send(bytes)
      if (queuedBytes > maxTurnBytes) flushNow()
      return response.writableLength + queuedBytes
    },
    flush,
  }
}
