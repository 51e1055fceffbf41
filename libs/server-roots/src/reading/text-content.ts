import { isUtf8 } from 'node:buffer'

import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'

export type Encoding = 'utf8' | 'base64'

/** Content as a client sent it, in bytes. */
export function decodeContent(content: string, encoding: Encoding): Buffer {
  if (encoding === 'utf8') {
    requireWellFormed(content, 'content')
    return Buffer.from(content, 'utf8')
  }
  // Node passes over what is not base64, which would write another file than the one that was meant.
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(content) || content.length % 4 !== 0) {
    throw invalidParam(
      'content',
      'the content is not base64; give it padded with = and without breaks',
    )
  }
  return Buffer.from(content, 'base64')
}

/** @throws McpError `invalid-params` for half a character, in whose place something else would be written. */
export function requireWellFormed(text: string, path: ParamPath): void {
  if (text.isWellFormed()) return
  throw invalidParam(path, 'the text holds half of a character (a lone surrogate); give it whole', {
    reason: 'not-text',
  })
}

/** Bytes of a file as a client asked for them. */
export function encodeContent(bytes: Buffer, encoding: Encoding, path: string): string {
  if (encoding === 'base64') return bytes.toString('base64')
  if (!isUtf8(bytes)) {
    throw invalidParam('encoding', `${JSON.stringify(path)} is no UTF-8 text; ask for base64`, {
      reason: 'not-text',
    })
  }
  return bytes.toString('utf8')
}

/** How many bytes at the start belong to a character that begins before them. */
export function leadingFragmentBytes(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && isContinuation(bytes[count])) count++
  return count
}

/** How many bytes at the end belong to a character that ends after them. */
export function trailingFragmentBytes(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count] ?? 0
    if (isContinuation(byte)) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > count ? count : 0
  }
  return 0
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
