import { isRecord } from '@mcp/protocol'
import type { MathJsInstance } from 'mathjs'

import { exact, isRounded } from './exact.ts'

/** Returns a mathjs value as JSON and as readable text, with the name of its type. */
export function plainValue(value: unknown, math: MathJsInstance) {
  return { value: toJson(value, math), text: write(value, math), type: typeOf(value, math) }
}

function toJson(value: unknown, math: MathJsInstance): unknown {
  if (math.isNumber(value) || math.isBigNumber(value) || math.isFraction(value)) {
    const number = Number(value)
    if (math.isBigNumber(value) && isRounded(exact(value), number)) return value.toFixed()
    // JSON has neither infinities nor NaN. Only the text contains them.
    return Number.isFinite(number) ? number : null
  }
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  }
  if (math.isComplex(value)) return { re: value.re, im: value.im }
  if (math.isUnit(value)) {
    const { value: amount, unit } = value.toJSON()
    return { value: toJson(amount, math), unit }
  }
  if (math.isMatrix(value)) return toJson(value.toArray(), math)
  if (Array.isArray(value)) return value.map((item) => toJson(item, math))
  if (math.isResultSet(value)) return toJson(value.valueOf(), math)
  if (value instanceof Map || isRecord(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value)
    return Object.fromEntries(entries.map(([key, item]) => [String(key), toJson(item, math)]))
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value
  return null
}

function write(value: unknown, math: MathJsInstance): string {
  if (typeof value === 'string') return value
  if (math.isResultSet(value)) {
    const entries: unknown[] = value.valueOf()
    return entries.map((entry) => write(entry, math)).join('\n')
  }
  // A whole number is exact, so the text has all of its digits. Other numbers have 15 digits, because
  // further digits would show rounding errors.
  if (math.isBigNumber(value) && value.isInteger() && value.e < 64) return value.toFixed()
  return math.format(value, { precision: 15, lowerExp: -7, upperExp: 21 })
}

function typeOf(value: unknown, math: MathJsInstance): string {
  // In the minified bundle, `typeOf` returns a single letter for this type.
  if (math.isResultSet(value)) return 'list'
  const type = math.typeOf(value)
  if (['BigNumber', 'bigint', 'Fraction'].includes(type)) return 'number'
  if (['DenseMatrix', 'SparseMatrix', 'Array', 'Range'].includes(type)) return 'matrix'
  return type.toLowerCase()
}
