import { expect, it } from 'vitest'

import { hasMixedLineEnds } from './line-ends.ts'

it.each([
  ['one\ntwo\n', false],
  ['one\r\ntwo\r\n', false],
  ['one\r\ntwo\n', true],
  ['\none\r\n', true],
  ['one\rtwo', true],
  ['', false],
])('reads whether the lines of %j end differently: %s', (text, isMixed) => {
  expect(hasMixedLineEnds(text)).toBe(isMixed)
})
