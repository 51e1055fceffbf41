import { expect, it } from 'vitest'

import { evaluate } from './evaluate.ts'

const run = (expression: string, scope: Record<string, number | number[]> = {}) =>
  evaluate.work({ expression, scope })

it.each([
  ['0.1 + 0.2', 0.3, '0.3', 'number'],
  ['2^100', 2 ** 100, '1267650600228229401496703205376', 'number'],
  ['1 / 3', 1 / 3, '0.333333333333333', 'number'],
  ['erf(0.5)', 0.5204998778130465, '0.520499877813047', 'number'],
  ['1 / 0', null, 'Infinity', 'number'],
  ['2 > 1', true, 'true', 'boolean'],
  ['sqrt(-4)', { re: 0, im: 2 }, '2i', 'complex'],
  [
    '[1, 2; 3, 4] * 2',
    [
      [2, 4],
      [6, 8],
    ],
    '[[2, 4], [6, 8]]',
    'matrix',
  ],
  ['5 km + 3 m', { value: 5.003, unit: 'km' }, '5.003 km', 'unit'],
  ['{a: 1/4, b: "x"}', { a: 0.25, b: 'x' }, '{"a": 0.25, "b": "x"}', 'object'],
  ['a = 2\nb = 3\na * b', [2, 3, 6], '2\n3\n6', 'list'],
  ['f(x) = x^2; f(3)', [9], '9', 'list'],
])('%s is %j', async (expression, value, text, type) => {
  expect(await run(expression)).toEqual({ value, text, type })
})

it('evaluates with the variables of the scope', async () => {
  expect(await run('x[1] + x[2] + y', { x: [0.1, 0.2], y: 1 })).toMatchObject({ value: 1.3 })
})

it('keeps the digits of whole numbers', async () => {
  const scope = { x: '9007199254740993', y: ['12345678901234567890'] }
  expect(await evaluate.work({ expression: 'x + 0', scope })).toEqual({
    value: '9007199254740993',
    text: '9007199254740993',
    type: 'number',
  })
  expect(await evaluate.work({ expression: 'y * 2', scope })).toMatchObject({
    value: ['24691357802469135780'],
  })
  expect(await run('2^53')).toMatchObject({ value: 2 ** 53 })
})

it.each([
  'import({a: 1})',
  'createUnit("foo")',
  'parse("1")',
  'evaluate("1")',
  'help("sin")',
  'reviver("a", "b")',
  'config({})',
  'typed("f")',
  'chain(1)',
  'parser()',
  'compile("1")',
  'simplify("x")',
  'derivative("x", "x")',
  'resolve("x")',
  'rationalize("x")',
  'g = parse; g("1")',
  'map([1], parse)',
  'f(x) = import(x); f({})',
  'import(x) = x',
  '"a".constructor',
  'cos.toString()',
  'f(x) = x; f.toString()',
  'f(x) = x; f["toLocaleString"]()',
  '"a"["constructor"]',
  '{}["__proto__"]',
  'cos.constructor("x")',
  'constructor',
  '__proto__',
  'a = {}; a.__proto__ = 1',
  '{a: 1}.prototype',
])('refuses %s', async (expression) => {
  await expect(run(expression)).rejects.toMatchObject({
    code: 'invalid-params',
    details: { reason: expect.stringMatching(/^expression-/) },
  })
})

it.each(['toString()', 'hasOwnProperty("a")', '"a".toString', 'this', 'process'])(
  'does not expose the host language to %s',
  async (expression) => {
    await expect(run(expression)).rejects.toMatchObject({ code: 'invalid-params' })
  },
)

it('evaluates correctly after expressions that redefine functions', async () => {
  await run('sqrt(x) = 7; pi = 3; sqrt(9)')
  await expect(run('i.re = 5')).rejects.toMatchObject({ code: 'invalid-params' })
  expect(await run('sqrt(9) * round(pi, 2) * i')).toMatchObject({ value: { re: 0, im: 9.42 } })
})

it('changes no prototype, whatever keys an object has', async () => {
  await run('{"__proto__": {"polluted": 1}}')
  await run('x = {"__proto__": {"polluted": 1}}; clone(x)')
  expect({}).not.toHaveProperty('polluted')
})

it.each([
  ['2 +', 'expression-syntax', 'end of expression'],
  ['x + 1', 'expression-failed', 'Undefined symbol x'],
  ['f(x) = f(x); f(1)', 'expression-failed', 'recurses infinitely'],
  ['zeros(5000000000)', 'expression-failed', 'array length'],
  ['f(x) = x', 'expression-failed', 'returns a function'],
  ['string(cos)', 'expression-failed', 'A function cannot be converted to a string'],
  ['f(x) = x; string(f)', 'expression-failed', 'A function cannot be converted to a string'],
  ['map([cos], string)', 'expression-failed', 'A function cannot be converted to a string'],
  ['2 inch to kg', 'expression-failed', 'Units do not match'],
])('reports the error in %s', async (expression, reason, message) => {
  await expect(run(expression)).rejects.toMatchObject({
    message: expect.stringContaining(message),
    details: { path: ['params', 'expression'], reason },
  })
})
