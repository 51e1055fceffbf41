import { invalidParam } from '@mcp/server'
import { Decimal } from 'decimal.js'

// A double has up to 17 digits, so 40 digits hold the product of two doubles without rounding.
const Exact = Decimal.clone({ precision: 40, defaults: true })

/**
 * Converts a number to the decimal as it is written: 0.1 becomes exactly a tenth, unlike the double.
 */
export function exact(value: number): Decimal {
  return new Exact(value)
}

/**
 * Returns `result` if it and both operands are safe integers, which a double holds exactly;
 * otherwise undefined. Decimals would take ten times as long.
 */
export function safeInteger(a: number, b: number, result: number): number | undefined {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result)
    ? result
    : undefined
}

/**
 * Converts an exact decimal to the nearest number.
 *
 * @throws McpError `invalid-params` at `parameter` if the result exceeds the range of a number.
 */
export function toNumber(result: Decimal, parameter: string): number {
  const number = result.toNumber()
  if (Number.isFinite(number)) return number
  throw invalidParam(
    parameter,
    'the result is too large for a number: it has more than 308 digits. calculator.evaluate does not have this limit.',
  )
}
