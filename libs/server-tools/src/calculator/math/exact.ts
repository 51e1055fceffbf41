import { invalidParam } from '@mcp/server'
import { Decimal } from 'decimal.js'

// Two doubles have up to 17 digits each, so their product fits without rounding.
const Exact = Decimal.clone({ precision: 40, defaults: true })

/** A number as the decimal it is written as: 0.1 is a tenth, which no binary fraction is. */
export function exact(value: number): Decimal {
  return new Exact(value)
}

/** What two whole numbers come to, where a double holds it exactly: decimals would cost ten times that. */
export function wholeResult(a: number, b: number, result: number): number | undefined {
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result)
    ? result
    : undefined
}

/** The number nearest to an exact result. Refuses what no number can hold. */
export function toNumber(result: Decimal, parameter: string): number {
  const number = result.toNumber()
  if (Number.isFinite(number)) return number
  throw invalidParam(
    parameter,
    'the result is too large for a number: more than 308 digits. calculator.evaluate has no such limit.',
  )
}
