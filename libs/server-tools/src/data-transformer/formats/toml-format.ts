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

// A string, a comment, a table header, or a bare word. An equals sign after the word is captured.
const tokens =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|^[ \t]*\[[^\n]*\]|[^\s=,[\]{}"'#]+([ \t]*=)?/gm
const float = /^[-+]?\d[\d_]*(?:\.[\d_]+)?(?:e[-+]?[\d_]+)?$/i

/** Checks the floats of a valid document, because the library rounds them without an error. */
function checkFloats(text: string): void {
  if (!/[eE][-+]?[\d_]{3}|[\d_]{16}/.test(text)) return
  for (const [token, equals] of text.matchAll(tokens)) {
    const digits = token.replaceAll('_', '')
    const isFloat = equals === undefined && float.test(token) && /[.e]/i.test(token)
    const value = Number(digits)
    if (isFloat && !keepsDigits(digits, value) && digits !== value.toFixed(1)) {
      throw new McpError('invalid-params', `the number ${token.slice(0, 50)} is out of range`)
    }
  }
}

const maxInteger = 2n ** 63n

/**
 * Converts integers beyond 2^53 to bigints. The library would write them as floats.
 *
 * @throws McpError `invalid-params` for values that the library omits or changes without an error.
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
