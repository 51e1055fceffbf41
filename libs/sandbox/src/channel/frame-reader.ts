import { Buffer } from 'node:buffer'

const headerBytes = 4

/** Returns the header that precedes a message in the stream. The header contains the length of the message. */
export function frameHeader(message: Uint8Array): Uint8Array {
  const header = Buffer.allocUnsafe(headerBytes)
  header.writeUInt32BE(message.byteLength)
  return header
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
  function take(length: number): Uint8Array {
    const [first] = chunks
    // Most messages arrive in one chunk, which is not copied.
    const joined =
      first !== undefined && first.byteLength >= length
        ? first
        : Buffer.concat(chunks, bufferedBytes)
    const rest = joined.subarray(length)
    if (joined === first) chunks[0] = rest
    else chunks = [rest]
    bufferedBytes -= length
    if (bufferedBytes === 0) chunks = []
    return joined.subarray(0, length)
  }

  function readHeader(): number {
    const header = take(headerBytes)
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0)
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
