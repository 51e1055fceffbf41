import { createHash } from 'node:crypto'

import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { textParam } from '../text-params.ts'

export const hash = sandboxedOperation({
  title: 'Hash',
  description: 'Returns the digest of a text, computed from its bytes in UTF-8.',
  params: () =>
    z.object({
      text: textParam(),
      algorithm: z
        .enum(['sha256', 'sha384', 'sha512', 'sha1', 'md5'])
        .default('sha256')
        .describe('The algorithm. sha1 and md5 are not secure; use them for comparisons only.'),
      encoding: z.enum(['hex', 'base64']).default('hex').describe('The encoding of the digest.'),
    }),
  result: () => z.string(),
  hints: { readOnly: true },
  core: true,
  examples: [
    {
      title: 'The SHA-256 of "hello"',
      params: { text: 'hello' },
      result: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    },
    {
      title: 'the md5 hash of "hello"',
      params: { text: 'hello', algorithm: 'md5' },
      result: '5d41402abc4b2a76b9719d911017c592',
    },
  ],
  // Hashing a megabyte takes a millisecond.
  inlineLimit: 1_000_000,
  work: ({ text, algorithm, encoding }) =>
    createHash(algorithm).update(text, 'utf8').digest(encoding),
})
