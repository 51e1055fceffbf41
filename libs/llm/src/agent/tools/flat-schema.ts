import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

/**
 * Returns a schema whose top level is one object with properties, as model APIs require. A union
 * (`anyOf`, `oneOf`) or an intersection (`allOf`) becomes one object with the properties of all its
 * schemas. A property is required if all schemas of a union, or any schema of the intersection,
 * require it. The flat schema allows combinations that the union does not; the server rejects these.
 */
export function flatSchema(schema: JsonSchema): JsonSchema {
  const { anyOf, oneOf, allOf, ...rest } = schema
  const any = flatSchemas(anyOf)
  const one = flatSchemas(oneOf)
  const all = flatSchemas(allOf)
  const variants = [...any, ...one, ...all]
  if (variants.length === 0) {
    return { ...schema, type: 'object', properties: propertiesOf(schema) }
  }
  const required = [
    ...requiredOf(schema),
    ...sharedRequired(any),
    ...sharedRequired(one),
    ...all.flatMap(requiredOf),
  ]
  return {
    ...rest,
    type: 'object',
    properties: joinProperties([schema, ...variants].map(propertiesOf)),
    ...(required.length === 0 ? {} : { required: [...new Set(required)] }),
  }
}

function flatSchemas(list: unknown): JsonSchema[] {
  return Array.isArray(list) ? list.filter(isRecord).map(flatSchema) : []
}

/** Returns the schemas of the properties by name. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const { properties } = schema
  if (!isRecord(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isRecord(value) ? value : {}]),
  )
}

/** Returns the names of the required properties. */
export function requiredOf(schema: JsonSchema): string[] {
  const { required } = schema
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** Returns the names that all variants of a union require. */
function sharedRequired(variants: readonly JsonSchema[]): string[] {
  const [first, ...others] = variants.map(requiredOf)
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)))
}

function joinProperties(
  tables: readonly Readonly<Record<string, JsonSchema>>[],
): Record<string, JsonSchema> {
  const joined = new Map<string, JsonSchema[]>()
  for (const [name, schema] of tables.flatMap((table) => Object.entries(table))) {
    const known = joined.get(name) ?? []
    const text = JSON.stringify(schema)
    if (!known.some((other) => JSON.stringify(other) === text)) joined.set(name, [...known, schema])
  }
  return Object.fromEntries(
    Array.from(joined, ([name, [first, ...others]]) => [
      name,
      others.length === 0 ? (first ?? {}) : { anyOf: [first, ...others] },
    ]),
  )
}
