import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { resolveReference } from './resolve-reference.ts'

/**
 * Merges the schemas of `allOf` into one that describes what is drawn. Returns undefined if they have
 * different types, or if several of them have variants.
 */
export function mergeAllOf(
  { allOf, ...own }: JsonSchema,
  root: JsonSchema,
): JsonSchema | undefined {
  let merged: JsonSchema = own
  for (const each of Array.isArray(allOf) ? allOf : []) {
    const part = expand(each, root, 0)
    const next = part === undefined ? undefined : mergeTwo(merged, part)
    if (next === undefined) return undefined
    merged = next
  }
  return merged
}

function expand(schema: unknown, root: JsonSchema, depth: number): JsonSchema | undefined {
  if (!isRecord(schema) || depth > 8) return undefined
  const { $ref, ...siblings } = schema
  if (typeof $ref === 'string') {
    const found = expand(resolveReference($ref, root), root, depth + 1)
    return found === undefined ? undefined : { ...found, ...siblings }
  }
  return Array.isArray(schema['allOf']) ? mergeAllOf(schema, root) : schema
}

function mergeTwo(left: JsonSchema, right: JsonSchema): JsonSchema | undefined {
  const types = [left['type'], right['type']].filter((type) => type !== undefined)
  const isSame = types.every((type) => JSON.stringify(type) === JSON.stringify(types[0]))
  const unions = [left, right].filter((each) => 'anyOf' in each || 'oneOf' in each)
  if (!isSame || unions.length > 1) return undefined
  const properties = { ...recordOf(left['properties']), ...recordOf(right['properties']) }
  const required = [...listOf(left['required']), ...listOf(right['required'])]
  return {
    ...right,
    ...left,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required: Array.from(new Set(required)) }),
  }
}

const recordOf = (value: unknown) => (isRecord(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
