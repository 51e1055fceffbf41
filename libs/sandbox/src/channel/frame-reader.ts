import { Buffer } from 'node:buffer'

const headerBytes = 4

/** Returns the frame of a message: its length in 4 bytes, followed by its bytes. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(headerBytes + message.byteLength)
  frame.writeUInt32BE(message.byteLength)
  frame.set(message, headerBytes)
  return frame
}

/**
 * Creates a function that receives the chunks of a byte stream and calls `onMessage` for each message in
 * it. The function throws a `RangeError` for a message of more than `maxMessageBytes`, before it buffers
 * the message.
 */
export function createFrameReader(
  maxMessageBytes: number,
  onMessage: (message: Uint8Array) => void,
): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = []
  let bufferedBytes = 0
  let messageBytes: number | undefined

  /** Removes the first `length` bytes of the buffer, and returns them. */
  function take(length: number): Buffer {
    const joined = Buffer.concat(chunks, bufferedBytes)
    chunks = [joined.subarray(length)]
    bufferedBytes -= length
    return joined.subarray(0, length)
  }

  function readHeader(): number {
    const length = take(headerBytes).readUInt32BE()
    if (length <= maxMessageBytes) return length
    throw new RangeError(`A message has ${length} bytes; the limit is ${maxMessageBytes}.`)
  }

  return (chunk) => {
    chunks.push(chunk)
    bufferedBytes += chunk.byteLength
    for (;;) {
      if (messageBytes === undefined) {
        if (bufferedBytes < headerBytes) return
        messageBytes = readHeader()
      }
      if (bufferedBytes < messageBytes) return
      const message = take(messageBytes)
      messageBytes = undefined
      onMessage(message)
    }
  }
}
