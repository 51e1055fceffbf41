import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

/** Returns the type of a schema in one line, such as `number`, `"json" | "csv"` or `string[]`. */
export function typeText(schema: unknown): string {
  if (!isRecord(schema)) return 'any'
  const { type, items, const: constant } = schema
  if (constant !== undefined) return JSON.stringify(constant)
  if (Array.isArray(schema['enum'])) {
    return schema['enum'].map((value) => JSON.stringify(value)).join(' | ')
  }
  const variants = variantsOf(schema)
  if (variants.length > 0) return Array.from(new Set(variants.map(typeText))).join(' | ')
  if (Array.isArray(type)) return type.join(' | ')
  if (type !== 'array') return typeof type === 'string' ? type : 'any'
  const item = typeText(items)
  return item.includes(' ') ? `(${item})[]` : `${item}[]`
}

export function variantsOf(schema: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [schema['anyOf'], schema['oneOf']].flatMap((each) => (Array.isArray(each) ? each : []))
}

/** Description of an argument. */
export interface ArgumentDescription {
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
}

/** Returns the description of an argument in one line. */
export function argumentText({ name, schema, isRequired }: ArgumentDescription): string {
  const { default: preset, description } = schema
  const notes = [
    isRequired ? 'required' : undefined,
    preset === undefined ? undefined : `default ${JSON.stringify(preset)}`,
    ...['minimum', 'maximum', 'minLength', 'maxLength', 'pattern'].map((key) =>
      schema[key] === undefined ? undefined : `${key} ${JSON.stringify(schema[key])}`,
    ),
  ].filter((note) => note !== undefined)
  const extra = notes.length === 0 ? '' : ` (${notes.join(', ')})`
  const text = typeof description === 'string' ? `  ${description}` : ''
  return `${name}: ${typeText(schema)}${extra}${text}`
}
