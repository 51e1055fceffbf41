import type { JsonSchema } from '@mcp/protocol'
import { isRecord, keepsDigits } from '@mcp/protocol'

/** The value of an argument, or what it must be. */
export type ConvertedValue = { readonly value: unknown } | { readonly problem: string }

/** Converts the text of an argument to the type of its schema. `root` contains the definitions. */
export function convertValue(text: string, schema: JsonSchema, root: JsonSchema): ConvertedValue {
  const variants = variantsOf(schema, root)
  const choices = variants.flatMap(choicesOf)
  if (choices.includes(text)) return { value: text }
  // A variant with choices accepts only these.
  const free = variants.filter((variant) => choicesOf(variant).length === 0)
  const types = new Set(free.flatMap(typesOf))
  const isAny = types.size === 0 && choices.length === 0

  const scalar = scalarValue(text, types)
  if (scalar !== undefined) return scalar
  if (types.has('array') || types.has('object')) {
    const json = /^\s*[[{]/.test(text) ? parseJsonValue(text) : undefined
    if (json !== undefined && types.has(Array.isArray(json.value) ? 'array' : 'object')) return json
  }
  if (types.has('string') || isAny) return { value: text }
  const list = variants.find((variant) => typesOf(variant).includes('array'))
  if (list !== undefined) {
    const items = isRecord(list['items']) ? list['items'] : {}
    const item = convertValue(text, items, root)
    return 'problem' in item ? { problem: `a list of ${item.problem}` } : { value: [item.value] }
  }
  return { problem: expectation(types, choices) }
}

/** Parses JSON. Returns undefined if the text is not JSON. */
export function parseJsonValue(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const numeric = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function scalarValue(text: string, types: ReadonlySet<string>): ConvertedValue | undefined {
  const acceptsText = types.has('string')
  if ((types.has('number') || types.has('integer')) && numeric.test(text)) {
    const value = Number(text)
    const isExact = keepsDigits(text, value)
    if (!types.has('number') && !Number.isInteger(value)) return { problem: 'a whole number' }
    if (isExact || !acceptsText) return { value }
  }
  if (types.has('boolean') && (text === 'true' || text === 'false'))
    return { value: text === 'true' }
  if (types.has('null') && !acceptsText && text === 'null') return { value: null }
  return undefined
}

function expectation(types: ReadonlySet<string>, choices: readonly string[]): string {
  if (choices.length > 0) return `one of ${choices.join(', ')}`
  if (types.has('number')) return 'a number'
  if (types.has('integer')) return 'a whole number'
  if (types.has('boolean')) return 'true or false'
  return 'JSON, written with :='
}

/** Returns the schema, or its variants if it is a union, with references resolved. */
function variantsOf(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema[] {
  if (depth > 8) return []
  const { $ref } = schema
  const definitions = isRecord(root['$defs']) ? root['$defs'] : {}
  const referred =
    typeof $ref === 'string' ? definitions[$ref.replace(/^#\/\$defs\//, '')] : undefined
  if (isRecord(referred)) return variantsOf(referred, root, depth + 1)
  const lists = [schema['anyOf'], schema['oneOf']].filter((list) => Array.isArray(list))
  if (lists.length === 0) return [schema]
  return lists
    .flat()
    .filter(isRecord)
    .flatMap((variant) => variantsOf(variant, root, depth + 1))
}

function typesOf({ type }: JsonSchema): string[] {
  const types: unknown[] = Array.isArray(type) ? type : [type]
  return types.filter((each) => typeof each === 'string')
}

function choicesOf({ enum: list, const: only }: JsonSchema): string[] {
  const values: unknown[] = Array.isArray(list) ? list : [only]
  return values.filter((value) => typeof value === 'string')
}
