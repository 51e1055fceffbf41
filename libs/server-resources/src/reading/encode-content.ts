import { Buffer } from 'node:buffer'

import { McpError } from '@mcp/protocol'

import { isTextType } from '../providers/media-type.ts'

/** What a caller wants bytes to come as. */
export type ContentEncoding = 'auto' | 'utf-8' | 'base64'

/** Bytes as they are written into an answer, and which of them these are. */
export interface WrittenContent {
  readonly text?: string
  readonly blob?: string
  readonly start: number
  readonly end: number
}

export interface BytesToWrite {
  readonly uri: string
  readonly mimeType: string
  readonly bytes: Uint8Array
  /** Where in the resource the bytes begin. */
  readonly start: number
  /** Whether the resource may go on behind them. */
  readonly isCut: boolean
  readonly encoding: ContentEncoding
}

/**
 * Writes bytes as text where they are text, and as base64 otherwise. Bytes at either end that belong to a
 * character of which the rest is missing are left out of a text.
 *
 * @throws McpError `invalid-params`, reason `not-text`, where the caller insists on text.
 */
export function writeContent(content: BytesToWrite): WrittenContent {
  const { uri, mimeType, bytes, start, encoding } = content
  if (encoding !== 'base64') {
    const isText = encoding === 'utf-8' ? true : isTextType(mimeType)
    const read = isText === false ? undefined : decodeWhole(content)
    // Without a type that says so, a NUL is taken for the mark of something else than text.
    if (read !== undefined && (isText === true || !read.text.includes('\0'))) return read
    if (encoding === 'utf-8') {
      throw new McpError(
        'invalid-params',
        `${uri} is not text in UTF-8; read it with the encoding base64.`,
        { details: { reason: 'not-text', mimeType } },
      )
    }
  }
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return { blob, start, end: start + bytes.length }
}

function decodeWhole({
  bytes,
  start,
  isCut,
}: BytesToWrite): (WrittenContent & { readonly text: string }) | undefined {
  const from = start === 0 ? 0 : leadingRest(bytes)
  const to = bytes.length - (isCut ? trailingStart(bytes) : 0)
  const whole = bytes.subarray(from, Math.max(from, to))
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole)
    return { text, start: start + from, end: start + from + whole.length }
  } catch {
    return undefined
  }
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000

/** How many bytes at the beginning continue a character that began before. */
function leadingRest(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && isContinuation(bytes[count])) count++
  return count
}

/** How many bytes at the end begin a character that is not complete. */
function trailingStart(bytes: Uint8Array): number {
  for (let count = 1; count <= 3 && count <= bytes.length; count++) {
    const byte = bytes[bytes.length - count] ?? 0
    if (isContinuation(byte)) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > count ? count : 0
  }
  return 0
}
