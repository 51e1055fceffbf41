import { expect, it } from 'vitest'

import { createToolCallPieces } from './tool-call-pieces.ts'

type Fields = Readonly<Record<string, unknown>>

const first = '{"a":2,"b":3}'
const second = '{"a":4,"b":5}'
const named = (args: unknown, fields: Fields = {}): Fields => ({
  type: 'function',
  function: { name: 'add', arguments: args },
  ...fields,
})
const rest = (args: unknown, fields: Fields = {}): Fields => ({
  function: { arguments: args },
  ...fields,
})

const one = [{ a: 2, b: 3 }]
const two = [...one, { a: 4, b: 5 }]

it.each<readonly [string, readonly Fields[], readonly unknown[]]>([
  [
    'split arguments',
    [named('', { index: 0, id: 'a' }), rest('{"a":2,', { index: 0 }), rest('"b":3}', { index: 0 })],
    one,
  ],
  [
    'the id in each piece',
    [
      named('', { index: 0, id: 'a' }),
      rest('{"a":2,', { index: 0, id: 'a' }),
      rest('"b":3}', { index: 0, id: 'a' }),
    ],
    one,
  ],
  [
    'the name in each piece',
    [named('{"a":2,', { index: 0, id: 'a' }), named('"b":3}', { index: 0, id: 'a' })],
    one,
  ],
  [
    'the name and no id in each piece',
    [named('{"a":2,', { index: 0 }), named('"b":3}', { index: 0 })],
    one,
  ],
  [
    'another id in each piece',
    [named('{"a":2,', { index: 0, id: 'a' }), rest('"b":3}', { index: 0, id: 'b' })],
    one,
  ],
  [
    'a split name',
    [
      { index: 0, id: 'a', function: { name: 'ad' } },
      { index: 0, function: { name: 'd', arguments: first } },
    ],
    one,
  ],
  [
    'empty fields at the end',
    [
      named(first, { index: 0, id: 'a' }),
      { index: 0, id: '', type: '', function: { name: '', arguments: '' } },
      { index: 0, id: null, function: { name: null, arguments: null } },
    ],
    one,
  ],
  ['no index', [named('{"a":2,', { id: 'a' }), rest('"b":3}')], one],
  ['an index that starts at 1', [named(first, { index: 1, id: 'a' })], one],
  [
    'interleaved calls',
    [
      named('{"a":2', { index: 0, id: 'a' }),
      named('{"a":4', { index: 1, id: 'b' }),
      rest(',"b":3}', { index: 0 }),
      rest(',"b":5}', { index: 1 }),
    ],
    two,
  ],
  ['two calls without an index', [named(first, { id: 'a' }), named(second, { id: 'b' })], two],
  [
    'two split calls without an index',
    [
      named('{"a":2,', { id: 'a' }),
      rest('"b":3}'),
      named('{"a":4,', { id: 'b' }),
      rest('"b":5}', { id: 'b' }),
    ],
    two,
  ],
  ['two calls without an index and ids', [named(first), named(second)], two],
  [
    'two calls with one index',
    [named(first, { index: 0, id: 'a' }), named(second, { index: 0, id: 'b' })],
    two,
  ],
  [
    'two calls with one index and no ids',
    [named(first, { index: 0 }), named(second, { index: 0 })],
    two,
  ],
  [
    'two calls with one index and arguments as objects',
    [named({ a: 2, b: 3 }, { index: 0, id: 'a' }), named({ a: 4, b: 5 }, { index: 0, id: 'b' })],
    two,
  ],
  [
    'two calls without arguments and one index',
    [named('', { index: 0, id: 'a' }), named('', { index: 0, id: 'b' })],
    [{}, {}],
  ],
])('joins a call with %s', (_name, pieces, expected) => {
  const calls = createToolCallPieces(new Set(['add']))
  for (const piece of pieces) calls.add(piece, false)
  const joined = calls.finish().map(({ call }) => call)
  expect(joined.map((call) => call.arguments)).toEqual(expected)
  expect(joined.map(({ name }) => name)).toEqual(expected.map(() => 'add'))
  expect(new Set(joined.map(({ id }) => id)).size).toBe(expected.length)
})

it('never joins complete calls', () => {
  const calls = createToolCallPieces(new Set())
  for (const _ of [1, 2]) calls.add(named('', { index: 0, id: 'a' }), true)
  expect(calls.finish()).toHaveLength(2)
})

it.each<readonly [string, readonly Fields[]]>([
  ['ids', [named('', { index: 0, id: 'a' }), rest('{"a":2,', { index: 0 })]],
  ['a late id', [named('{"a":2,', { index: 0 }), rest('', { index: 0, id: 'a' })]],
  ['no ids', [named('{"a":2,', { index: 0 })]],
])(
  'returns the pieces of the arguments with the id and name of the call, with %s',
  (_name, start) => {
    const calls = createToolCallPieces(new Set(['add']))
    const end = rest('"b":3}', { index: 0 })
    const deltas = [...start, end].flatMap((piece) => calls.add(piece, false) ?? [])
    const [{ call } = {}] = calls.finish()
    expect(deltas.map(({ text }) => text).join('')).toBe(first)
    expect(new Set(deltas.map(({ id, name }) => `${id} ${name}`))).toEqual(
      new Set([`${call?.id} add`]),
    )
  },
)
