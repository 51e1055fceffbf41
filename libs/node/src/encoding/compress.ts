import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

const compressInPool = promisify(gzip)
/**
 * Maximum total size of the bodies that are compressed at the same time. Beyond it, responses are sent
 * uncompressed. A single larger body is compressed if no other body is being compressed.
 */
const maxActiveBytes = 8 * 1024 * 1024

let activeBytes = 0

/**
 * Compresses a body in the thread pool. Returns `undefined` if too many bytes are being compressed, or if
 * compression does not make the body smaller.
 */
export async function compress(body: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { byteLength } = body
  if (activeBytes > 0 && activeBytes + byteLength > maxActiveBytes) return undefined
  activeBytes += byteLength
  try {
    const compressed = await compressInPool(body, { level: constants.Z_DEFAULT_COMPRESSION })
    return compressed.byteLength < byteLength ? compressed : undefined
  } finally {
    activeBytes -= byteLength
  }
}
