import { invalidParam } from '@mcp/server'
import { Decimal } from 'decimal.js'

// A JavaScript number has up to 17 digits, so 40 digits hold the product of two numbers exactly.
const maxExactDigits = 40
const Exact = Decimal.clone({ precision: maxExactDigits, defaults: true })

/**
 * Converts a number to the decimal with the same notation. 0.1 becomes exactly a tenth; the number 0.1
 * itself is slightly larger than a tenth.
 */
export function exact(value: Decimal.Value): Decimal {
  return new Exact(value)
}

/**
 * Returns `result` if it and both operands are safe integers, because `result` is then exact. Returns
 * undefined otherwise. The calculation with decimals would take ten times as long.
 */
export function safeInteger(a: number, b: number, result: number): number | undefined {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result)
    ? result
    : undefined
}

/**
 * Converts an exact decimal to the nearest number.
 *
 * @throws McpError `invalid-params` at `parameter` if the result exceeds the range of a number, or is a whole
 * number that a number cannot represent exactly.
 */
export function toNumber(result: Decimal, parameter: string): number {
  const number = result.toNumber()
  if (isRounded(result, number)) {
    throw invalidParam(
      parameter,
      `the result ${result.toFixed()} has more digits than a 64-bit float. calculator.evaluate returns such results as text.`,
    )
  }
  if (Number.isFinite(number)) return number
  throw invalidParam(
    parameter,
    'the result is too large for a number: it has more than 308 digits. calculator.evaluate does not have this limit.',
  )
}

/**
 * Whether a number differs from an exact whole result. Returns false for a result with more than
 * `maxExactDigits` digits, because such a result is itself an approximation.
 */
export function isRounded(result: Decimal, number: number): boolean {
  if (Number.isSafeInteger(number) || !Number.isFinite(number) || !result.isInteger()) return false
  const isExact = result.equals(number) || BigInt(number) === BigInt(result.toFixed())
  return result.e < maxExactDigits && !isExact
}
