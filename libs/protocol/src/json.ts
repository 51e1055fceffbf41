import { defaultLimits } from './limits.ts'
import { McpError } from './errors/mcp-error.ts'

/**
 * Parses JSON. The nesting is checked first, because a deeply nested value would overflow the stack of
 * every recursive function that walks or serializes it.
 *
 * @throws McpError `parse-error` for invalid JSON, `payload-too-large` for nesting over the limit.
 */
export function parseJson(text: string, maxDepth: number = defaultLimits.maxDepth): unknown {
  if (isDeeperThan(text, maxDepth)) {
    throw new McpError(
      'payload-too-large',
      `The JSON is nested more than ${maxDepth} levels deep.`,
      {
        details: { limit: 'depth', max: maxDepth },
      },
    )
  }
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new McpError('parse-error', `Invalid JSON${positionOf(cause)}.`, { cause })
  }
}

function positionOf(cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message) : null
  return position === null ? '' : ` at character ${position[1]}`
}

const quote = 34
const backslash = 92

function isDeeperThan(text: string, maxDepth: number): boolean {
  // Each level needs a bracket, and a search for brackets alone is many times faster than a scan.
  if (hasFewBrackets(text, maxDepth)) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
    } else if (code === 123 || code === 91) {
      if (++depth > maxDepth) return true
    } else if (code === 125 || code === 93) {
      depth--
    }
  }
  return false
}

/** Whether a text has at most `limit` opening brackets, including those in strings. */
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
