import { defaultLimits } from './limits.ts'
import { McpError } from './errors/mcp-error.ts'

/**
 * The value a JSON text holds.
 * Nesting is counted before parsing: a deeper value would later overflow the stack of whoever walks
 * or writes it.
 *
 * @throws McpError `parse-error` where it is not JSON, `payload-too-large` where it nests too deep.
 */
export function parseJson(text: string, maxDepth: number = defaultLimits.maxDepth): unknown {
  if (isDeeperThan(text, maxDepth)) {
    throw new McpError('payload-too-large', `The JSON nests deeper than ${maxDepth} levels.`, {
      details: { limit: 'depth', max: maxDepth },
    })
  }
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new McpError('parse-error', `The body is not JSON${positionOf(cause)}.`, { cause })
  }
}

function positionOf(cause: unknown): string {
  const position = cause instanceof Error ? /position (\d+)/.exec(cause.message) : null
  return position === null ? '' : ` (character ${position[1]})`
}

const quote = 34
const backslash = 92

function isDeeperThan(text: string, maxDepth: number): boolean {
  // Each level takes a bracket, and looking for brackets alone is many times faster than reading on.
  if (hasFewer(text, maxDepth)) return false
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

/** Whether a text has no more opening brackets than the limit, in strings or not. */
function hasFewer(text: string, limit: number): boolean {
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
