import { keepsDigits, mayLoseDigits } from './exact-number.ts'
import { defaultLimits } from './limits.ts'
import { McpError } from './errors/mcp-error.ts'

export interface JsonOptions {
  /** Maximum nesting of objects and arrays. Default: 128. */
  readonly maxDepth?: number | undefined
  /** Maximum number of values. Default: no limit. */
  readonly maxValues?: number | undefined
  /** Converts the text of a number that JavaScript would change. Default: the text itself. */
  readonly convertInexact?: ((source: string) => unknown) | undefined
}

/**
 * Parses JSON, after it has checked two limits. A deeply nested value would overflow the stack of
 * every recursive function that walks or serializes it. The number of values is limited, because the
 * time to parse and copy JSON depends far more on this number than on the size of the text.
 *
 * A whole number beyond 2^53 that JavaScript would round, and a number out of range, become the value that
 * `convertInexact` returns, by default a string with the digits of the text.
 *
 * @throws McpError `parse-error` for invalid JSON, `payload-too-large` if a limit is exceeded.
 */
export function parseJson(text: string, options: JsonOptions = {}): unknown {
  const { maxDepth = defaultLimits.maxDepth, maxValues = Number.POSITIVE_INFINITY } = options
  const exceeded = exceededLimit(text, maxDepth, maxValues)
  if (exceeded === 'depth') {
    throw new McpError(
      'payload-too-large',
      `The JSON is nested more than ${maxDepth} levels deep.`,
      { details: { limit: 'depth', max: maxDepth } },
    )
  }
  if (exceeded === 'values') {
    throw new McpError('payload-too-large', `The JSON has more than ${maxValues} values.`, {
      details: { limit: 'values', max: maxValues },
    })
  }
  try {
    // A reviver makes parsing several times slower, so it is used only for texts that may contain such numbers.
    const value: unknown = JSON.parse(text, mayLoseDigits(text) ? keepDigits(options) : undefined)
    return value
  } catch (cause) {
    throw new McpError('parse-error', `Invalid JSON${positionOf(cause)}.`, { cause })
  }
}

/**
 * Returns a reviver that compares each number with its source text. Engines before ECMAScript 2026 do not
 * pass the source text. With them, a rounded whole number remains a number.
 */
function keepDigits({ convertInexact = (source) => source }: JsonOptions) {
  return (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value !== 'number' || keepsDigits(context?.source ?? String(value), value)
      ? value
      : convertInexact(context?.source ?? String(value))
}

function positionOf(cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message) : null
  return position === null ? '' : ` at character ${position[1]}`
}

const quote = 34
const comma = 44
const backslash = 92

/** Returns the limit that a text exceeds, if any. */
function exceededLimit(
  text: string,
  maxDepth: number,
  maxValues: number,
): 'depth' | 'values' | undefined {
  // This fast check accepts most texts. A value and its separator take at least two characters, so a
  // short text cannot have too many values. Each level needs an opening bracket, so a text with few of
  // them cannot be nested too deeply. A search for brackets is many times faster than the scan below.
  const isShort = text.length <= 2 * maxValues
  if (isShort && hasFewBrackets(text, maxDepth)) return undefined
  let depth = 0
  let valuesLeft = maxValues
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
    } else if (code === comma) {
      // Every value except the outermost follows a comma or an opening bracket, so both are counted.
      if (--valuesLeft < 0) return 'values'
    } else if (code === 123 || code === 91) {
      if (++depth > maxDepth) return 'depth'
      if (--valuesLeft < 0) return 'values'
    } else if (code === 125 || code === 93) {
      depth--
    }
  }
  return undefined
}

/** Whether a text has at most `limit` opening brackets. Brackets in strings count too. */
function hasFewBrackets(text: string, limit: number): boolean {
  let left = limit
  for (const bracket of ['{', '[']) {
    let at = text.indexOf(bracket)
    while (at !== -1) {
      if (--left < 0) return false
      at = text.indexOf(bracket, at + 1)
    }
  }
  return true
}

function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at === -1 ? text.length : at
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++
  return slashes % 2 === 1
}
