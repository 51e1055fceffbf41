import { expect, it } from 'vitest'

import { parseResultUri, resultUri } from './result-uri.ts'

it('names the server and the reference', () => {
  expect(resultUri('database', 'r-1')).toBe('result://database/r-1')
})

it.each([
  ['database', 'r-1'],
  ['my files', 'a/b?c#d%'],
  ['ünïcode', '../..'],
])('returns the server %j and the reference %j unchanged', (server, ref) => {
  expect(parseResultUri(resultUri(server, ref))).toEqual({ server, ref })
})

it.each([
  'result://database',
  'result://database/',
  'result:///r-1',
  'result://database/r-1/more',
  'result://database/r-1?x=1',
  'result://database/%zz',
  'note://database/r-1',
  'xresult://database/r-1',
])('returns undefined for %j', (uri) => {
  expect(parseResultUri(uri)).toBeUndefined()
})
