import { isRecord } from '@mcp/protocol'
import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

/** The path to a value: keys of objects and indices of lists. */
export type DataPath = readonly (string | number)[]

/** Declares a path parameter, such as `items[0].price`. */
export function pathParam(description: string) {
  return z
    .string()
    .max(1_000)
    .describe(
      `${description} For example \`address.city\`, \`items[0]\` or \`["odd key"]\`; empty for the whole value.`,
    )
}

// Data has at most this depth, so a longer path cannot match a value.
const maxSteps = 128

/**
 * Parses a path.
 *
 * @throws McpError `invalid-params` at `parameter` if the path is malformed or too long.
 */
export function parsePath(text: string, parameter: ParamPath): DataPath {
  const path: (string | number)[] = []
  const segment = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y
  while (segment.lastIndex < text.length) {
    const isFirst = segment.lastIndex === 0
    const match = segment.exec(text)
    const isDotted = match?.[0].startsWith('.') ?? false
    const quoted = match?.[3] === undefined ? undefined : unquote(match[3])
    const key = match?.[1] ?? quoted ?? (match?.[2] === undefined ? undefined : Number(match[2]))
    if (key === undefined || (match?.[1] !== undefined && isFirst === isDotted)) {
      throw invalidParam(
        parameter,
        `invalid path: "${text}". Write it like "address.city", "items[0]" or '["odd key"]'`,
      )
    }
    if (path.length === maxSteps) {
      throw invalidParam(parameter, `a path must not have more than ${maxSteps} steps`)
    }
    path.push(key)
  }
  return path
}

/** Formats a path so that {@link parsePath} returns the same path. */
export function formatPath(path: DataPath): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (!/^[^.[\]"]+$/.test(key)) text += `[${JSON.stringify(key)}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

/** Returns the value at a path, or undefined. Ignores inherited properties. */
export function readAt(value: unknown, path: DataPath): unknown {
  let current = value
  for (const key of path) {
    if (Array.isArray(current)) {
      current = typeof key === 'number' ? current[key] : undefined
    } else if (isRecord(current) && Object.hasOwn(current, key)) {
      current = current[key]
    } else {
      return undefined
    }
  }
  return current
}

/** Returns the value of a JSON string, or undefined if it is invalid, such as `"\q"`. */
function unquote(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return String(value)
  } catch {
    return undefined
  }
}
