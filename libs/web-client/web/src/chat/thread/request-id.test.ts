import { createHash } from 'node:crypto'

import { expect, it } from 'vitest'

import { conversationOf, requestIdOf } from './request-id.ts'

it('returns the conversation of a run', () => {
  expect(conversationOf('c-1.12')).toBe('c-1')
})

it.each([
  ['short', 'call_1', 'call_1'],
  ['long', 'x'.repeat(65), createHash('sha256').update('x'.repeat(65)).digest('base64url')],
  ['with other characters', 'a/b', createHash('sha256').update('a/b').digest('base64url')],
])('returns the id of the request of a call with an id that is %s', async (_, callId, part) => {
  expect(await requestIdOf('c-1.2', callId)).toBe(`c-1.2.${part}`)
})
