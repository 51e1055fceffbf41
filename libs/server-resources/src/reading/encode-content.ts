import { Buffer } from 'node:buffer'

import { leadingFragmentBytes, trailingFragmentBytes } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import { isTextType } from '../providers/media-type.ts'

/** Encoding of the content in the response. With `auto`, it is text if possible, otherwise base64. */
export type ContentEncoding = 'auto' | 'utf-8' | 'base64'

/** Content as sent in a response, and the range of bytes that it covers. */
export interface EncodedContent {
  readonly text?: string
  readonly blob?: string
  readonly start: number
  readonly end: number
}

export interface ContentToEncode {
  readonly uri: string
  readonly mimeType: string
  readonly bytes: Uint8Array
  /** Offset of the first byte in the resource. */
  readonly start: number
  /** Whether the resource may continue after the last byte. */
  readonly mayContinue: boolean
  readonly encoding: ContentEncoding
}

/**
 * Encodes bytes as requested by `encoding`. A text omits incomplete characters at its start and end, and
 * the returned range excludes their bytes.
 *
 * @throws McpError `invalid-params`, reason `not-text`, if `encoding` is `utf-8` and the bytes are not
 * UTF-8.
 */
export function encodeContent(content: ContentToEncode): EncodedContent {
  const { uri, mimeType, bytes, start, encoding } = content
  if (encoding !== 'base64') {
    const isText = encoding === 'utf-8' ? true : isTextType(mimeType)
    const decoded = isText === false ? undefined : decodeWholeCharacters(content)
    // If the media type does not determine whether the content is text, a NUL character means binary data.
    if (decoded !== undefined && (isText === true || !decoded.text.includes('\0'))) return decoded
    if (encoding === 'utf-8') {
      throw new McpError(
        'invalid-params',
        `${uri} is not UTF-8 text. Read it with encoding "base64".`,
        { details: { reason: 'not-text', mimeType } },
      )
    }
  }
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return { blob, start, end: start + bytes.length }
}

function decodeWholeCharacters({
  bytes,
  start,
  mayContinue,
}: ContentToEncode): (EncodedContent & { readonly text: string }) | undefined {
  const from = start === 0 ? 0 : leadingFragmentBytes(bytes)
  const to = bytes.length - (mayContinue ? trailingFragmentBytes(bytes) : 0)
  const whole = bytes.subarray(from, Math.max(from, to))
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole)
    return { text, start: start + from, end: start + from + whole.length }
  } catch {
    return undefined
  }
}
