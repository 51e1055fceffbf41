import { defaultLimits, McpError } from '@mcp/protocol'

/**
 * How large a value is, roughly the characters of its JSON; counting ends soon after `enough`.
 *
 * @throws McpError `payload-too-large` where it nests too deep to be walked by recursion.
 */
export function measure(value: unknown, enough: number): number {
  let size = 0
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > defaultLimits.maxDepth) throw tooDeep()
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item === 'string') size += item.length
      else if (typeof item === 'object' && item !== null) collect(item, next)
      size += 1
      if (size > enough) return size
    }
    level = next
  }
  return size
}

function collect(item: object, into: unknown[]): void {
  for (const value of Object.values(item)) into.push(value)
}

function tooDeep(): McpError {
  return new McpError(
    'payload-too-large',
    `The params nest deeper than ${defaultLimits.maxDepth} levels.`,
    { details: { limit: 'depth', max: defaultLimits.maxDepth } },
  )
}
