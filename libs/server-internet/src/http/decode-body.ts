import type { Transform } from 'node:stream'
import { pipeline, Readable } from 'node:stream'
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

/** Decodes every layer of a body's `content-encoding` as a stream. */
export function decodeBody(body: Readable, encoding = ''): Bytes {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity')
  if (layers.length > maxLayers) throw unreadable(encoding)
  return layers
    .toReversed()
    .reduce<Bytes>((bytes, layer) => decodeLayer(bytes, layer, encoding), body)
}

function decodeLayer(bytes: Bytes, layer: string, encoding: string): Bytes {
  switch (layer) {
    case 'gzip':
    case 'x-gzip':
      return through(bytes, createGunzip(lenient))
    case 'deflate':
      return inflate(bytes)
    case 'br':
      return through(
        bytes,
        createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
      )
    case 'zstd':
      return through(bytes, createZstdDecompress(boundedZstd))
    default:
      throw unreadable(encoding)
  }
}

// With these options, a body may end before its checksum. Browsers accept such bodies too.
const lenient = { finishFlush: constants.Z_SYNC_FLUSH }

// These options limit the window to 8 MiB, the maximum of RFC 9659 for HTTP. Without this limit, a
// site could make the decoder allocate 128 MiB with a few bytes.
const boundedZstd = {
  finishFlush: constants.ZSTD_e_flush,
  params: { [constants.ZSTD_d_windowLogMax]: 23 },
}

/** Decodes `deflate` with the zlib header that the standard requires, and also without this header. */
async function* inflate(bytes: Bytes): Bytes {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return
  async function* all(): Bytes {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  const isFramed = ((first.value[0] ?? 0) & 0x0f) === 8
  yield* through(all(), isFramed ? createInflate(lenient) : createInflateRaw(lenient))
}

function through(bytes: Bytes, decoder: Transform): Bytes {
  const source = bytes instanceof Readable ? bytes : Readable.from(bytes)
  // The callback is empty, because an error destroys the decoder, and the reader then receives it.
  return pipeline(source, decoder, () => {})
}

function unreadable(encoding: string): McpError {
  return new McpError(
    'upstream-error',
    `Unsupported content encoding: "${encoding.slice(0, 100)}". Supported: ${acceptedEncodings}, at most ${maxLayers} of them.`,
    { details: { reason: 'content-encoding' } },
  )
}
