import fc from 'fast-check'
import { expect, it } from 'vitest'

import { callResult } from '../fixtures/call.ts'
import { toolsServer } from '../tools-server.ts'

const server = toolsServer()

const compute = (operation: string, a: number, b?: number) =>
  callResult(server, 'calculator', operation, b === undefined ? { a } : { a, b })

it.each([
  ['add', 0.1, 0.2, 0.3],
  ['add', 1e21, 0, 1e21],
  ['power', 2, 100, 2 ** 100],
  ['power', 1.5, 1000, 1.5 ** 1000],
  ['subtract', 0.3, 0.1, 0.2],
  ['multiply', 1.1, 1.1, 1.21],
  ['multiply', 3, 1.1, 3.3],
  ['divide', 1, 3, 1 / 3],
  ['divide', 0.3, 0.1, 3],
  ['power', 1.1, 2, 1.21],
  ['power', 2, -1, 0.5],
  ['power', 2, 0.5, Math.SQRT2],
  ['power', 0, 0, 1],
  ['modulo', -1, 12, 11],
  ['modulo', 1, -12, -11],
  ['modulo', 0.3, 0.1, 0],
  ['modulo', 1e300, 7, Number(10n ** 300n % 7n)],
])('%s(%d, %d) is exactly %d', async (operation, a, b, expected) => {
  expect(await compute(operation, a, b)).toBe(expected)
})

it.each([
  ['divide', 1, 0, 'b', 'divisor must not be zero'],
  ['modulo', 1, 0, 'b', 'divisor must not be zero'],
  ['power', 0, -1, 'b', 'zero has no negative powers'],
  ['power', -8, 1 / 3, 'b', 'must be a whole number'],
  ['power', 10, 400, 'b', 'too large'],
  ['multiply', 1e308, 10, 'a', 'too large'],
  ['sqrt', -1, undefined, 'a', 'must not be negative'],
])('%s(%d, %d) is refused at %s', async (operation, a, b, parameter, message) => {
  expect(await compute(operation, a, b)).toMatchObject({
    error: {
      code: 'invalid-params',
      message: expect.stringContaining(message),
      details: { path: ['params', parameter] },
    },
  })
})

it.each([['1'], [null], [undefined], [[1]], [{}], [true], [Number.NaN], [Infinity]])(
  'rejects %o as a number',
  async (value) => {
    expect(await callResult(server, 'calculator', 'add', { a: value, b: 1 })).toMatchObject({
      error: {
        code: 'invalid-params',
        details: { issues: [{ path: ['payload', 'params', 'a'] }] },
      },
    })
  },
)

it('adds decimals exactly', async () => {
  const cents = fc.integer({ min: -1e12, max: 1e12 })
  await fc.assert(
    fc.asyncProperty(cents, cents, async (a, b) => {
      expect(await compute('add', a / 100, b / 100)).toBe((a + b) / 100)
    }),
  )
})

it.each([
  ['add', 9_007_199_254_740_992, 1, '9007199254740993'],
  ['add', 1e21, 1, '1000000000000000000001'],
  ['multiply', 94_906_267, 94_906_267, '9007199515875289'],
  ['power', 3, 40, '12157665459056928801'],
] as const)(
  'refuses %s(%d, %d), because a number would round the result',
  async (name, a, b, digits) => {
    expect(await compute(name, a, b)).toMatchObject({
      error: {
        code: 'invalid-params',
        message: expect.stringContaining(`the result ${digits} has more`),
      },
    })
  },
)

it.each([
  ['add', { b: 0 }],
  ['subtract', { b: 0 }],
  ['modulo', { b: 5 }],
  ['percentage', { kind: 'of', b: 100 }],
  ['convertUnits', { from: 'm', to: 'm' }],
])('refuses numbers that have more digits than a float in %s', async (operation, params) => {
  for (const long of ['9007199254740993', '-12345678901234567890', '1e400']) {
    const path = operation === 'convertUnits' ? 'value' : 'a'
    expect(
      await callResult(server, 'calculator', operation, { ...params, [path]: long }),
    ).toMatchObject({
      error: { code: 'invalid-params', message: expect.stringContaining(`the number ${long} has`) },
    })
  }
})
