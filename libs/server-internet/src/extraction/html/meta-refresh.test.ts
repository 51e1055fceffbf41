import { expect, it } from 'vitest'

import { readRefresh } from './meta-refresh.ts'

const page = 'https://example.com/a/b'

it.each([
  ['0; url=c', 0, 'https://example.com/a/c'],
  ['0;URL=/c', 0, 'https://example.com/c'],
  [' 5 , url = "https://other.example/?a=b;c" trailing', 5, 'https://other.example/?a=b;c'],
  ["0;url='/c'", 0, 'https://example.com/c'],
  ['0;"/c"', 0, 'https://example.com/c'],
  ['0; /c#part', 0, 'https://example.com/c'],
  ['1.5; url=/c', 1, 'https://example.com/c'],
  ['.5; url=/c', 0, 'https://example.com/c'],
  ['0 url=/c', 0, 'https://example.com/c'],
  ['0;url=urls', 0, 'https://example.com/a/urls'],
])('reads %s', (value, seconds, url) => {
  expect(readRefresh(value, page)).toEqual({ seconds, url })
})

it.each([
  '',
  '5',
  '0;',
  '0; url=',
  'url=/c',
  '0x; url=/c',
  '0; url=javascript:x()',
  '0; url=b#x',
  '0; url=http://[',
])('ignores %s', (value) => {
  expect(readRefresh(value, page)).toBeUndefined()
})
