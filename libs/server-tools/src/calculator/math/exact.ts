import { invalidParam } from '@mcp/server'
import { Decimal } from 'decimal.js'

// Doubles have up to 17 digits each, so the product of two fits without rounding.
const Exact = Decimal.clone({ precision: 40, defaults: true })

/** Converts a number to the decimal that it is written as: 0.1 is exactly a tenth, unlike the double. */
export function exact(value: number): Decimal {
  return new Exact(value)
}

/**
 * Returns `result` if it and both operands are safe integers, which a double holds exactly. Decimals
 * would take ten times as long.
 */
export function safeInteger(a: number, b: number, result: number): number | undefined {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result)
    ? result
    : undefined
}

/**
 * Converts an exact result to the nearest number.
 *
 * @throws McpError `invalid-params` at `parameter` if it exceeds the range of a number.
 */
export function toNumber(result: Decimal, parameter: string): number {
  const number = result.toNumber()
  if (Number.isFinite(number)) return number
  throw invalidParam(
    parameter,
    'the result is too large for a number: it has more than 308 digits. calculator.evaluate does not have this limit.',
  )
}
