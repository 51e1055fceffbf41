import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'
import { encodeEntities } from './entities.ts'

export const encode = sandboxedOperation({
  title: 'Encode',
  description: 'Encodes a text as base64, base64url, hex, for URLs or for HTML.',
  params: () => z.object({ text: textParam(), encoding: encodings() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Encode "hello" as base64', params: { text: 'hello' }, result: 'aGVsbG8=' },
    {
      title: 'URL-encode "a b&c"',
      params: { text: 'a b&c', encoding: 'url' },
      result: 'a%20b%26c',
    },
    {
      title: 'Encode "<b>" for html',
      params: { text: '<b>', encoding: 'html' },
      result: '&lt;b&gt;',
    },
    { title: 'Write "hi" in hex', params: { text: 'hi', encoding: 'hex' }, result: '6869' },
  ],
  inlineLimit: linearInlineLimit,
  work({ text, encoding }) {
    switch (encoding) {
      case 'url':
        return encodeURIComponent(text.toWellFormed())
      case 'html':
        return encodeEntities(text)
      default:
        return Buffer.from(text, 'utf8').toString(encoding)
    }
  },
})

export const decode = sandboxedOperation({
  title: 'Decode',
  description: 'Decodes a text that is encoded as base64, base64url, hex, for URLs or for HTML.',
  params: () => z.object({ text: textParam('The encoded text.'), encoding: encodings() }),
  result: () => z.string(),
  hints: { readOnly: true },
  examples: [
    { title: 'Decode "aGVsbG8=" from base64', params: { text: 'aGVsbG8=' }, result: 'hello' },
    {
      title: 'URL-decode "a%20b%26c"',
      params: { text: 'a%20b%26c', encoding: 'url' },
      result: 'a b&c',
    },
    {
      title: 'Decode "&lt;b&gt; &#8364;" from html',
      params: { text: '&lt;b&gt; &#8364;', encoding: 'html' },
      result: '<b> €',
    },
  ],
  inlineLimit: linearInlineLimit,
  async work({ text, encoding }) {
    switch (encoding) {
      case 'url':
        return attempt(() => decodeURIComponent(text), encoding)
      case 'html':
        return (await import('entities')).decodeHTML(text)
      default:
        return decodeBytes(text, encoding)
    }
  },
})

function encodings() {
  return z
    .enum(['base64', 'base64url', 'hex', 'url', 'html'])
    .default('base64')
    .describe('The encoding. The bytes of the text are its UTF-8 form.')
}

const alphabets = {
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  base64url: /^[A-Za-z0-9_-]*={0,2}$/,
  hex: /^(?:[0-9a-f]{2})*$/i,
} as const

function decodeBytes(text: string, encoding: keyof typeof alphabets): string {
  const compact = text.replaceAll(/\s/g, '')
  if (!alphabets[encoding].test(compact)) throw notEncoded(encoding)
  const bytes = Buffer.from(compact, encoding)
  return attempt(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding)
}

function attempt(decode: () => string, encoding: string): string {
  try {
    return decode()
  } catch (cause) {
    throw notEncoded(encoding, cause)
  }
}

function notEncoded(encoding: string, cause?: unknown) {
  return invalidParam('text', `the text is not valid ${encoding}`, {
    reason: 'not-encoded',
    cause,
  })
}
