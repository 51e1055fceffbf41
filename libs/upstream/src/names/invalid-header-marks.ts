import { isRecord } from '@mcp/protocol'

/**
 * Keywords with further schemas. A mark in one of them is invalid: the standard allows marks only on arguments
 * that are reached through `properties` alone.
 */
const otherKeywords = [
  '$defs',
  'additionalProperties',
  'allOf',
  'anyOf',
  'contains',
  'definitions',
  'dependentSchemas',
  'else',
  'if',
  'items',
  'not',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'then',
]

/** Keywords that contain schemas by name. */
const namedKeywords = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties'])

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Returns why the marks `x-mcp-header` of an input schema are invalid, or undefined if they are valid. The
 * revision 2026-07-28 requires clients over HTTP to exclude a tool with such marks, because its server
 * would refuse each call.
 */
export function findInvalidHeaderMark(inputSchema: unknown): string | undefined {
  const names = new Set<string>()

  function check(
    schema: unknown,
    path: readonly string[],
    isReachable: boolean,
  ): string | undefined {
    if (!isRecord(schema)) return undefined
    const problem = 'x-mcp-header' in schema ? checkMark(schema, path, isReachable) : undefined
    if (problem !== undefined) return problem
    const { properties } = schema
    for (const [key, child] of Object.entries(isRecord(properties) ? properties : {})) {
      const found = check(child, [...path, key], isReachable)
      if (found !== undefined) return found
    }
    for (const child of otherKeywords.flatMap((keyword) => schemasOf(keyword, schema[keyword]))) {
      const found = check(child, path, false)
      if (found !== undefined) return found
    }
    return undefined
  }

  function checkMark(
    { 'x-mcp-header': name, type }: Readonly<Record<string, unknown>>,
    path: readonly string[],
    isReachable: boolean,
  ): string | undefined {
    const at = path.join('.')
    if (!isReachable || path.length === 0) {
      return `a mark below "${at}" is not on an argument that is reached through "properties" alone`
    }
    if (typeof name !== 'string' || !headerName.test(name))
      return `"${at}" has no valid header name`
    if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
      return `"${at}" is not a string, an integer or a boolean`
    }
    if (names.has(name.toLowerCase())) return `the header "${name}" stands for two arguments`
    names.add(name.toLowerCase())
    return undefined
  }

  return check(inputSchema, [], true)
}

function schemasOf(keyword: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return namedKeywords.has(keyword) && isRecord(value) ? Object.values(value) : [value]
}
