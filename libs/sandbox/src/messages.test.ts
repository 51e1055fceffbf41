import { serialize } from 'node:v8'

import { expect, it } from 'vitest'

import { readJobResult } from './messages.ts'

it.each([
  ['bytes that cannot be deserialized', Buffer.from('invalid')],
  ['an unknown type', serialize({ type: 'other' })],
  ['no object', serialize(1)],
])('reads %s as a crash of the job', (_name, bytes) => {
  expect(readJobResult(bytes)).toEqual({
    type: 'crash',
    text: 'The worker sent an invalid result',
  })
})
