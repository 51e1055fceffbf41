import { isRecord, keepsDigits, McpError } from '@mcp/protocol'

import type { DataFormat } from './data-format.ts'

/** TOML 1.0. */
export const tomlFormat: DataFormat = {
  async read(text) {
    const { parse } = await import('smol-toml')
    const value = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: 128 })
    checkFloats(text)
    return value
  },
  async write(value) {
    if (!isRecord(value)) {
      throw new McpError(
        'invalid-params',
        'a TOML document must be an object, not a list or a single value',
      )
    }
    const { stringify } = await import('smol-toml')
    return stringify(toTomlValue(value))
  },
}

// A string, a comment, a bracket, or a bare word. An equals sign after the word is captured.
const tokens =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[[\]]|[^\s=,[\]{}"'#]+([ \t]*=)?/g
const float = /^[-+]?\d[\d_]*(?:\.[\d_]+)?(?:e[-+]?[\d_]+)?$/i

/**
 * Refuses a float of a valid document that is outside the range of a 64-bit float, or that is a whole number
 * and would lose digits. `smol-toml` changes such floats without an error. Other floats may be rounded.
 */
function checkFloats(text: string): void {
  // Only a number with a long exponent or many digits can fail.
  if (!/[eE][-+]?[\d_]{3}|[\d_]{16}/.test(text)) return
  let depth = 0
  let isHeader = false
  for (const { 0: token, 1: equals, index } of text.matchAll(tokens)) {
    if (token === '[') {
      // The keys in the header of a table, such as `[1e400]`, are not numbers.
      if (depth === 0) isHeader = startsLine(text, index)
      depth++
    } else if (token === ']') depth--
    else if (equals === undefined && !(isHeader && depth > 0)) checkFloat(token)
  }
}

/** Whether there is only white space before a position in its line. */
function startsLine(text: string, index: number): boolean {
  return text.slice(text.lastIndexOf('\n', index) + 1, index).trim() === ''
}

function checkFloat(token: string): void {
  if (!float.test(token) || !/[.e]/i.test(token)) return
  const digits = token.replaceAll('_', '')
  const value = Number(digits)
  // For whole numbers of 2^63 and more, `write` produces the form of `toFixed(1)`.
  if (keepsDigits(digits, value) || digits === value.toFixed(1)) return
  throw new McpError('invalid-params', `the number ${token.slice(0, 50)} cannot be kept exactly`)
}

const maxInteger = 2n ** 63n

/**
 * Converts integers between 2^53 and 2^63 to bigints, because `smol-toml` would write them as floats.
 *
 * @throws McpError `invalid-params` for values that `smol-toml` omits or changes without an error.
 */
function toTomlValue(value: unknown): unknown {
  const problem = problemOf(value)
  if (problem !== undefined) throw new McpError('invalid-params', `TOML cannot contain ${problem}`)
  if (Array.isArray(value)) return value.map(toTomlValue)
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [toTomlValue(key), toTomlValue(item)] as const),
    )
  }
  const isLong =
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLong && Math.abs(value) < maxInteger ? BigInt(String(value)) : value
}

function problemOf(value: unknown): string | undefined {
  if (value === null) return 'null'
  if (typeof value === 'string' && !value.isWellFormed()) return 'half of a surrogate pair'
  const isTooLarge = typeof value === 'bigint' && (value >= maxInteger || value < -maxInteger)
  return isTooLarge ? `the integer ${value}: it exceeds 64 bits` : undefined
}
