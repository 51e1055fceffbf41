import { isRecord } from '@mcp/protocol'
import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

/** The way to a value: keys of objects and positions in lists. */
export type DataPath = readonly (string | number)[]

/** A path as callers write it, such as `items[0].price`. */
export function pathParam(description: string) {
  return z
    .string()
    .max(1_000)
    .describe(
      `${description} Such as \`address.city\`, \`items[0]\` or \`["odd key"]\`; empty is the whole.`,
    )
}

// As deep as data may nest.
const mostSteps = 128

/** @throws McpError `invalid-params` at `parameter`. */
export function parsePath(text: string, parameter: ParamPath): DataPath {
  const path: (string | number)[] = []
  const segment = /\.?([^.[\]"]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y
  while (segment.lastIndex < text.length) {
    const isFirst = segment.lastIndex === 0
    const match = segment.exec(text)
    const isDotted = match?.[0].startsWith('.') ?? false
    if (match === null || (match[1] !== undefined && isFirst === isDotted)) {
      throw invalidParam(
        parameter,
        `"${text}" is no path; write one like "address.city", "items[0]" or '["odd key"]'`,
      )
    }
    if (path.length === mostSteps) {
      throw invalidParam(parameter, `a path can have at most ${mostSteps} steps`)
    }
    const [, name, position, quoted] = match
    path.push(name ?? (position === undefined ? unquote(quoted ?? '""') : Number(position)))
  }
  return path
}

/** Writes a path so that {@link parsePath} reads the same. */
export function formatPath(path: DataPath): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (!/^[^.[\]"]+$/.test(key)) text += `[${JSON.stringify(key)}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

/** The value at a path, or nothing. What objects inherit is not found. */
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

function unquote(text: string): string {
  const value: unknown = JSON.parse(text)
  return String(value)
}
