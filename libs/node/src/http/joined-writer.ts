import type { ServerResponse } from 'node:http'

/** Writes small pieces to a response, and joins those that cannot be sent yet. */
export interface JoinedWriter {
  /** Queues bytes, and returns the number of bytes that are now queued. */
  readonly write: (bytes: Uint8Array) => number
  /** Passes the queued bytes on to the response. */
  readonly flush: () => void
}

const blockBytes = 16 * 1024

/**
 * Creates a writer that passes one piece at a time to the response. While a piece is being sent, the following
 * pieces are copied into blocks. Node needs several hundred bytes for each write that waits. Without blocks,
 * the queue of a slow reader of small events would take several times the memory of its bytes.
 */
export function createJoinedWriter(
  response: Pick<ServerResponse, 'write' | 'writableLength' | 'destroyed'>,
): JoinedWriter {
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

  return {
    write(bytes) {
      if (response.destroyed) return 0
      if (sending > 0) queue(bytes)
      else send(bytes)
      return response.writableLength + queuedBytes
    },
    flush,
  }
}
