import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream'
import type { Gunzip } from 'node:zlib'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'

import { McpError } from '@mcp/protocol'

type Bytes = AsyncIterable<Uint8Array>

// Maximum number of encodings of one body. Each encoding multiplies the size of a decompression bomb,
// and legitimate sites use only one.
const maxLayers = 2

/** The value of the `accept-encoding` header. */
export const acceptedEncodings = 'gzip, deflate, br, zstd'

/**
 * Decodes every layer of a body's `content-encoding` as a stream. Calls `onCut` if the body ends before
 * the end of its compressed data; the stream then ends after the data that could be decoded.
 */
export function decodeBody(body: Readable, encoding: string, onCut: () => void): Bytes {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity')
  if (layers.length > maxLayers) throw unreadable(encoding)
  return layers.toReversed().reduce<Bytes>((bytes, layer) => {
    if (layer === 'deflate') return inflate(bytes, onCut)
    const decoder = decoders[layer]
    if (decoder === undefined) throw unreadable(encoding)
    return through(bytes, decoder(), onCut)
  }, body)
}

type Decoder = Transform & Pick<Gunzip, 'flush'>

const decoders: Readonly<Partial<Record<string, () => Decoder>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  // This option limits the window to 8 MiB, the maximum of RFC 9659 for HTTP. Without this limit, a site
  // could make the decoder allocate 128 MiB with a few bytes.
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
}

/** Decodes `deflate` with the zlib header that the standard requires, and also without this header. */
async function* inflate(bytes: Bytes, onCut: () => void): Bytes {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return
  async function* all(): Bytes {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  const isFramed = ((first.value[0] ?? 0) & 0x0f) === 8
  yield* through(all(), isFramed ? createInflate() : createInflateRaw(), onCut)
}

function through(bytes: Bytes, decoder: Decoder, onCut: () => void): Bytes {
  async function* source(): Bytes {
    yield* bytes
    // The decoder is flushed before the stream ends. Without the flush, the last decoded bytes would be lost if the
    // decoder reports at the end that the compressed data is incomplete.
    await new Promise<void>((resolve) => decoder.flush(() => resolve()))
  }
  const destroy = decoder.destroy.bind(decoder)
  decoder.destroy = (error) => {
    if (!isCut(error)) return destroy(error)
    onCut()
    decoder.push(null)
    return decoder
  }
  // The callback is empty, because an error destroys the decoder, and the reader of the decoder then receives
  // the error.
  return pipeline(source(), decoder, () => {})
}

/** Whether the decoder failed because the body ended before the end of the compressed data. */
function isCut(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && error.code === 'Z_BUF_ERROR'
}

function unreadable(encoding: string): McpError {
  return new McpError(
    'upstream-error',
    `Unsupported content encoding: "${encoding.slice(0, 100)}". Supported: ${acceptedEncodings}, at most ${maxLayers} of them.`,
    { details: { reason: 'content-encoding' } },
  )
}
