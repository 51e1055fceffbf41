import type { MessageFormat } from '../remote/guard-stream.ts'

/** A header has one byte for the type and four bytes for the size, which includes these four bytes. */
export const pgMessageFormat: MessageFormat = {
  headerBytes: 5,
  bodyBytes: (bytes, at) => bytes.readUInt32BE(at + 1) - 4,
}
