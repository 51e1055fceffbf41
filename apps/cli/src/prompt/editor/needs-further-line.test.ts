import { expect, it } from 'vitest'

import { needsFurtherLine } from './needs-further-line.ts'

it.each([
  'tools.dataTransformer.query data:={"a": [1,',
  'select count(*) from (',
  'roots.writeFile path=a.txt content="first',
  "say 'first",
  'data={',
  'a:=[',
  'text="a \\" b',
])('continues %j', (text) => {
  expect(needsFurtherLine(text)).toBe(true)
  expect(needsFurtherLine(`${text}\n`)).toBe(false)
})

it.each([
  '',
  "what's the time, and don't you know?",
  'thanks :( really :-(',
  'a) first, b) second',
  'text="a \\" b"',
  'select count(*) from people',
  'data:={"a": "}"}',
  'the 6" disc',
  'say "it\'s" now',
  'first "\n  ',
])('ends %j', (text) => {
  expect(needsFurtherLine(text)).toBe(false)
})
