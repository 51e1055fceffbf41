import { invalidParam, toolOperation } from '@mcp/server'
import * as z from 'zod'

import { exact, toNumber, safeInteger } from './math/exact.ts'
import { numberParam } from './number-param.ts'

export const add = toolOperation({
  title: 'Add',
  description: 'Adds two numbers, with exact decimals: 0.1 + 0.2 is 0.3.',
  params: pair('The first number.', 'The number to add to the first.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 2 + 3?', params: { a: 2, b: 3 }, result: 5 },
    { title: 'add 5 and 7', params: { a: 5, b: 7 }, result: 12 },
    { title: '10 plus 32', params: { a: 10, b: 32 }, result: 42 },
    { title: 'the sum of 0.1 and 0.2', params: { a: 0.1, b: 0.2 }, result: 0.3 },
  ],
  run: ({ a, b }) => safeInteger(a, b, a + b) ?? toNumber(exact(a).plus(b), 'a'),
})

export const subtract = toolOperation({
  title: 'Subtract',
  description: 'Subtracts the second number from the first, with exact decimals.',
  params: pair('The number to subtract from.', 'The number to subtract.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 10 - 4?', params: { a: 10, b: 4 }, result: 6 },
    { title: '9 minus 2.5', params: { a: 9, b: 2.5 }, result: 6.5 },
    { title: 'the difference of 0.3 and 0.1', params: { a: 0.3, b: 0.1 }, result: 0.2 },
  ],
  run: ({ a, b }) => safeInteger(a, b, a - b) ?? toNumber(exact(a).minus(b), 'a'),
})

export const multiply = toolOperation({
  title: 'Multiply',
  description: 'Multiplies two numbers, with exact decimals.',
  params: pair('The first number.', 'The number to multiply the first by.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 12 * 12?', params: { a: 12, b: 12 }, result: 144 },
    { title: 'multiply 6 by 7', params: { a: 6, b: 7 }, result: 42 },
    { title: '3 times 1.1', params: { a: 3, b: 1.1 }, result: 3.3 },
    { title: 'the product of 8 and 9', params: { a: 8, b: 9 }, result: 72 },
    { title: 'What is 12 x 3?', params: { a: 12, b: 3 }, result: 36 },
  ],
  run: ({ a, b }) => safeInteger(a, b, a * b) ?? toNumber(exact(a).times(b), 'a'),
})

export const divide = toolOperation({
  title: 'Divide',
  description: 'Divides the first number by the second, with exact decimals.',
  params: pair('The dividend.', 'The divisor. Must not be zero.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 10 / 4?', params: { a: 10, b: 4 }, result: 2.5 },
    { title: 'divide 9 by 3', params: { a: 9, b: 3 }, result: 3 },
    { title: '0.3 divided by 0.1', params: { a: 0.3, b: 0.1 }, result: 3 },
  ],
  run({ a, b }) {
    if (b === 0) throw invalidParam('b', 'divisor must not be zero')
    return toNumber(exact(a).dividedBy(b), 'a')
  },
})

export const modulo = toolOperation({
  title: 'Modulo',
  description:
    'Returns the remainder of a division. It has the sign of the divisor: -1 modulo 12 is 11.',
  params: pair('The dividend.', 'The divisor. Must not be zero.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 17 modulo 5?', params: { a: 17, b: 5 }, result: 2 },
    { title: 'the remainder of 10 divided by 4', params: { a: 10, b: 4 }, result: 2 },
    { title: 'What is 20 % 6?', params: { a: 20, b: 6 }, result: 2 },
    { title: '-1 mod 12', params: { a: -1, b: 12 }, result: 11 },
  ],
  run({ a, b }) {
    if (b === 0) throw invalidParam('b', 'divisor must not be zero')
    const remainder = exact(a).modulo(b)
    const hasOtherSign = !remainder.isZero() && remainder.isNegative() !== b < 0
    return toNumber(hasOtherSign ? remainder.plus(b) : remainder, 'a')
  },
})

export const power = toolOperation({
  title: 'Power',
  description: 'Raises the first number to the power of the second, with exact decimals.',
  params: pair('The base.', 'The exponent.'),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is 2 ^ 10?', params: { a: 2, b: 10 }, result: 1024 },
    { title: '3 to the power of 4', params: { a: 3, b: 4 }, result: 81 },
    { title: 'raise 1.1 to the power of 2', params: { a: 1.1, b: 2 }, result: 1.21 },
  ],
  run({ a, b }) {
    if (a === 0 && b < 0) throw invalidParam('b', 'zero has no negative powers')
    if (a < 0 && !Number.isInteger(b)) {
      throw invalidParam('b', 'the exponent must be a whole number if the base is negative')
    }
    return toNumber(exact(a).toPower(b), 'b')
  },
})

export const sqrt = toolOperation({
  title: 'Square root',
  description: 'Returns the square root of a number.',
  params: () => z.object({ a: numberParam('The number. Must not be negative.') }),
  result,
  hints: { readOnly: true },
  examples: [
    { title: 'What is the square root of 16?', params: { a: 16 }, result: 4 },
    { title: 'sqrt of 2', params: { a: 2 }, result: Math.SQRT2 },
  ],
  run({ a }) {
    if (a < 0) {
      throw invalidParam(
        'a',
        'the number must not be negative: its square root would not be a real number',
      )
    }
    return toNumber(exact(a).squareRoot(), 'a')
  },
})

function pair(a: string, b: string) {
  return () => z.object({ a: numberParam(a), b: numberParam(b) })
}

function result() {
  return z.number()
}
