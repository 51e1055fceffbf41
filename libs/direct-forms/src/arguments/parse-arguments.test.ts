import { expect, it } from 'vitest'

import { splitWords } from '../split-words.ts'
import { parseArguments } from './parse-arguments.ts'

const number = { type: 'number' }
const schema = {
  type: 'object',
  properties: {
    amount: number,
    count: { type: 'integer' },
    exact: { anyOf: [number, { type: 'string' }] },
    text: { type: 'string' },
    isOn: { type: 'boolean' },
    mode: { enum: ['fast', 'slow'] },
    level: { enum: [1, 2, true] },
    limit: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    names: { type: 'array', items: { type: 'string' } },
    numbers: { type: 'array', items: number },
    scope: { type: 'object' },
    any: {},
    part: { $ref: '#/$defs/part' },
  },
  $defs: { part: { type: 'object' } },
}

const parse = (line: string) => parseArguments(splitWords(line) ?? [], schema)

it.each([
  ['amount=2', { amount: 2 }],
  ['amount=-2.5e3', { amount: -2500 }],
  ['count=7', { count: 7 }],
  ['exact=2', { exact: 2 }],
  ['exact=12345678901234567890', { exact: '12345678901234567890' }],
  ['exact=half', { exact: 'half' }],
  ['text=2', { text: '2' }],
  ['text="a b"', { text: 'a b' }],
  ['text=\'it is "so"\'', { text: 'it is "so"' }],
  ['text="say \\"so\\""', { text: 'say "so"' }],
  ["text=don't", { text: "don't" }],
  ['text=', { text: '' }],
  ['text=a=b', { text: 'a=b' }],
  ['text:="2"', { text: '2' }],
  ['isOn=true', { isOn: true }],
  ['mode=fast', { mode: 'fast' }],
  ['level=2', { level: 2 }],
  ['level=true', { level: true }],
  ['limit=null', { limit: null }],
  ['limit=3', { limit: 3 }],
  ['names=a names=b', { names: ['a', 'b'] }],
  ['names=["a", "b c"]', { names: ['a', 'b c'] }],
  ['numbers=1 numbers=2', { numbers: [1, 2] }],
  ['scope:={"x": [1, 2]}', { scope: { x: [1, 2] } }],
  ['scope={"x": 1}', { scope: { x: 1 } }],
  ['part={"x": "a b"} amount=1', { part: { x: 'a b' }, amount: 1 }],
  ['any=2', { any: '2' }],
  ['any:=2', { any: 2 }],
  ['{"amount": 2, "text": "x y"} count=1', { amount: 2, text: 'x y', count: 1 }],
  ['', {}],
])('parses %s', (line, expected) => {
  expect(parse(line)).toEqual({ arguments: expected })
})

it.each([
  ['amount=two', '"amount" must be a number, not "two".'],
  ['count=2.5', '"count" must be a whole number, not "2.5".'],
  [
    'amount=12345678901234567890',
    '"amount" must be a number that JavaScript does not round, not "12345678901234567890".',
  ],
  [
    'count=9007199254740993',
    '"count" must be a number that JavaScript does not round, not "9007199254740993".',
  ],
  ['mode=fasst', '"mode" must be one of fast, slow, not "fasst". Did you mean "fast"?'],
  ['level=3', '"level" must be one of 1, 2, true, not "3". Did you mean "1" or "2"?'],
  ['isOn=yes', '"isOn" must be true or false, not "yes".'],
  ['mode=medium', '"mode" must be one of fast, slow, not "medium".'],
  ['numbers=one', '"numbers" must be a list of a number, not "one".'],
  ['scope=x', '"scope" must be JSON, not "x". Write := in place of =.'],
  ['amunt=2', 'Unknown argument "amunt". Did you mean "amount"?'],
  ['{"amunt": 2}', 'Unknown argument "amunt". Did you mean "amount"?'],
  ['{amount}', 'Invalid JSON object: {amount}'],
])('reports the problem of %s', (line, problem) => {
  expect(parse(line)).toEqual({ problem })
})

it('does not split a line with an open quote or bracket', () => {
  expect(splitWords('text="a b')).toBeUndefined()
  expect(splitWords('scope:={"x": 1')).toBeUndefined()
})
