import { defaultLimits, McpError } from '@mcp/protocol'

/**
 * Returns the approximate length of a value's JSON. Stops counting when the length exceeds `limit`.
 *
 * @throws McpError `payload-too-large` if the value nests too deep for recursive functions. This includes a
 * value that contains itself, which an alias in YAML can create.
 */
export function measureSize(value: unknown, limit: number): number {
  let size = 0
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > defaultLimits.maxDepth) throw tooDeep()
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item === 'string') size += item.length
      else if (typeof item === 'object' && item !== null) size += collect(item, next)
      size += 1
      if (size > limit) return size
    }
    level = next
  }
  return size
}

/** Adds the values of an object or list to `into`. Returns the total length of the keys of an object. */
function collect(item: object, into: unknown[]): number {
  let length = 0
  for (const value of Object.values(item)) into.push(value)
  if (!Array.isArray(item)) for (const key of Object.keys(item)) length += key.length
  return length
}

function tooDeep(): McpError {
  return new McpError(
    'payload-too-large',
    `The data nests deeper than ${defaultLimits.maxDepth} levels, or contains itself.`,
    { details: { limit: 'depth', max: defaultLimits.maxDepth } },
  )
}
