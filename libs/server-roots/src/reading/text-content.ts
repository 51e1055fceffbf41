import { isUtf8 } from 'node:buffer'

import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'

export type Encoding = 'utf8' | 'base64'

/** Decodes the content of a request. */
export function decodeContent(content: string, encoding: Encoding): Buffer {
  if (encoding === 'utf8') {
    requireWellFormed(content, 'content')
    return Buffer.from(content, 'utf8')
  }
  // Invalid base64 is rejected. Node would ignore invalid characters, and damaged content would be
  // written.
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(content) || content.length % 4 !== 0) {
    throw invalidParam(
      'content',
      'the content is not base64; pad it with = and do not use line breaks',
    )
  }
  return Buffer.from(content, 'base64')
}

/** Throws `invalid-params` for a lone surrogate, which would be written as another character. */
export function requireWellFormed(text: string, path: ParamPath): void {
  if (text.isWellFormed()) return
  throw invalidParam(path, 'the text contains half of a character (a lone surrogate)', {
    reason: 'not-text',
  })
}

/** Encodes the content of a file for a response. */
export function encodeContent(bytes: Buffer, encoding: Encoding, path: string): string {
  if (encoding === 'base64') return bytes.toString('base64')
  if (!isUtf8(bytes)) {
    throw invalidParam(
      'encoding',
      `${JSON.stringify(path)} is not UTF-8 text; use the encoding base64`,
      {
        reason: 'not-text',
      },
    )
  }
  return bytes.toString('utf8')
}
