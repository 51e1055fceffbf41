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

// Each layer multiplies what a bomb unfolds to, and honest sites use one.
const mostLayers = 2

/** What this server says it understands. */
export const acceptedEncodings = 'gzip, deflate, br, zstd'

/** The bytes of a body once every layer of its `content-encoding` is undone, piece by piece. */
export function decodeBody(body: Readable, encoding = ''): Bytes {
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity')
  if (layers.length > mostLayers) throw unreadable(encoding)
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

// Servers break bodies off before their checksums, and browsers show what came.
const lenient = { finishFlush: constants.Z_SYNC_FLUSH }

// The window that RFC 9659 grants over HTTP. Otherwise a few bytes could claim 128 MiB.
const boundedZstd = {
  finishFlush: constants.ZSTD_e_flush,
  params: { [constants.ZSTD_d_windowLogMax]: 23 },
}

/** Either meaning of `deflate`: as the standard has it, within zlib's frame, or without. */
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
  // A failure reaches the reader by the decoder, which is destroyed with it.
  return pipeline(source, decoder, () => {})
}

function unreadable(encoding: string): McpError {
  return new McpError(
    'upstream-error',
    `The answer is encoded as "${encoding.slice(0, 100)}", which cannot be read: ${acceptedEncodings} can, at most ${mostLayers} of them.`,
    { details: { reason: 'content-encoding' } },
  )
}
