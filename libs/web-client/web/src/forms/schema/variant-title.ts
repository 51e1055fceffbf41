import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { mergeAllOf } from './merge-all-of.ts'
import { resolveReference } from './resolve-reference.ts'

const typeNames: Readonly<Record<string, string>> = {
  string: 'Text',
  number: 'Number',
  integer: 'Whole number',
  boolean: 'True or false',
  array: 'List',
  object: 'Object',
  null: 'null',
}

/** Returns the name of a variant of a union: its title, its discriminator, its type or its fields. */
export function variantTitle(variant: unknown, root: JsonSchema): string {
  const found = resolved(variant, root)
  const schema = Array.isArray(found['allOf']) ? (mergeAllOf(found, root) ?? found) : found
  const { title, type, properties, required } = schema
  if (typeof title === 'string') return title
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String).slice(0, 4).join(', ')
  const fields = isRecord(properties) ? Object.entries(properties) : []
  const discriminators = fields.flatMap(([, field]) => discriminatorOf(field))
  if (discriminators.length > 0) return discriminators.join(' ')
  const names = Array.isArray(required) ? required : fields.map(([name]) => name)
  if (fields.length > 0) return `With ${names.slice(0, 3).join(', ')}`
  return typeof type === 'string' ? (typeNames[type] ?? type) : 'Other'
}

/** Returns the only value of a field, if it is a text. */
function discriminatorOf(field: unknown): readonly string[] {
  if (!isRecord(field)) return []
  const { const: value, enum: choices } = field
  const only: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : value
  return typeof only === 'string' ? [only] : []
}

function resolved(variant: unknown, root: JsonSchema): JsonSchema {
  if (!isRecord(variant)) return {}
  const { $ref, ...siblings } = variant
  const found = typeof $ref === 'string' ? resolveReference($ref, root) : undefined
  return isRecord(found) ? { ...found, ...siblings } : variant
}
