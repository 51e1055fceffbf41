import { createParser } from 'eventsource-parser'
import { expect, it } from 'vitest'

import { encodeEvent } from './encode-event.ts'

function read(text: string): unknown[] {
  const events: unknown[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed(text)
  return events
}

it.each(['plain', 'two\nlines', 'a\r\nb\rc', '', ': not a comment', '{"a":"ü"}'])(
  'carries %j unharmed',
  (data) => {
    expect(read(encodeEvent({ data, event: 'note', id: '7' }))).toEqual([
      { data: data.replaceAll(/\r\n|\r/g, '\n'), event: 'note', id: '7' },
    ])
  },
)

it('refuses a line break, which would forge another field', () => {
  expect(() => encodeEvent({ data: '', event: 'x\ndata: forged' })).toThrow('must be a single line')
  expect(() => encodeEvent({ data: '', id: '1\r2' })).toThrow('must be a single line')
})

it('encodes the reconnection delay', () => {
  expect(encodeEvent({ data: '', retryMs: 1500 })).toContain('retry: 1500\n')
})
