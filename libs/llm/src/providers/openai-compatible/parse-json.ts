import { parseJson } from '@mcp/protocol'

const maxValues = 500_000

// JSON.parse passes the source text to the reviver (ECMAScript: JSON.parse source text access).
const keepDigits = (
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown => (typeof value === 'number' && !isExact(value) ? (context?.source ?? value) : value)

const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))

/**
 * Returns the value of a JSON text, or undefined if the text is not valid JSON or exceeds a limit. An integer
 * of at least 16 digits that JavaScript cannot represent exactly becomes a string with its digits, so that no
 * tool is called with another integer. A number outside the range of JavaScript also becomes a string.
 */
export function tryParseJson(text: string): unknown {
  try {
    const value = parseJson(text, { maxValues })
    // A reviver makes parsing several times slower, so only texts with long numbers are parsed with it.
    return /(?:^|[:,[\s])-?\d{16}|\d[eE]\+?\d{3}/.test(text) ? JSON.parse(text, keepDigits) : value
  } catch {
    return undefined
  }
}
