import { expect, it } from 'vitest'

import { readParams } from './read-params.ts'

it.each([
  ['', []],
  ['  ', []],
  ['["milk", 3, true, null]', ['milk', 3, true, null]],
  ['[{"base64": "AA=="}]', [{ base64: 'AA==' }]],
])('reads %j', (text, params) => {
  expect(readParams(text)).toEqual({ params })
})

it.each(['milk', '{"a": 1}', '[[1]]', '[{"a": 1}]', '[1,'])('refuses %j', (text) => {
  expect(readParams(text)).toEqual({ problem: expect.stringContaining('JSON array') })
})
