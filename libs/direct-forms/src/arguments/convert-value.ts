import type { JsonSchema } from '@mcp/protocol'
import { didYouMean, isRecord, keepsDigits, nearNames, parseJson } from '@mcp/protocol/light'

/** The value of an argument, or the reason why its text is not a value of the schema. */
export type ConvertedValue = { readonly value: unknown } | { readonly problem: string }

/**
 * Converts the text of an argument to the type of its schema. `root` is the schema of all arguments,
 * which contains the definitions.
 *
 * @example
 * convertValue('a', '2', { type: 'number' }, {}) // { value: 2 }
 */
export function convertValue(
  name: string,
  text: string,
  schema: JsonSchema,
  root: JsonSchema,
): ConvertedValue {
  const converted = convert(text, schema, root)
  if ('value' in converted) return converted
  return {
    problem: `"${name}" must be ${converted.expected}, not "${text}"${converted.hint ?? '.'}`,
  }
}

/** Parses JSON. Returns undefined if the text is not JSON or exceeds the limits of `parseJson`. */
export function parseJsonValue(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseJson(text) }
  } catch {
    return undefined
  }
}

type Converted =
  | { readonly value: unknown }
  | { readonly expected: string; readonly hint?: string | undefined }

function convert(text: string, schema: JsonSchema, root: JsonSchema): Converted {
  const variants = variantsOf(schema, root)
  const choices = variants.flatMap(choicesOf)
  const choice = choices.find((each) => String(each) === text)
  if (choice !== undefined) return { value: choice }
  // A variant with choices accepts only its choices.
  const unrestricted = variants.filter((variant) => choicesOf(variant).length === 0)
  const types = new Set(unrestricted.flatMap(typesOf))
  const isAny = types.size === 0 && choices.length === 0

  const scalar = scalarValue(text, types)
  if (scalar !== undefined) return scalar
  if (types.has('array') || types.has('object')) {
    const json = /^\s*[[{]/.test(text) ? parseJsonValue(text) : undefined
    if (json !== undefined && types.has(Array.isArray(json.value) ? 'array' : 'object')) return json
  }
  if (types.has('string') || isAny) return { value: text }
  const listSchema = unrestricted.find((variant) => typesOf(variant).includes('array'))
  if (listSchema !== undefined) {
    const item = convert(text, isRecord(listSchema['items']) ? listSchema['items'] : {}, root)
    return 'value' in item
      ? { value: [item.value] }
      : { ...item, expected: `a list of ${item.expected}` }
  }
  return expectation(text, types, choices)
}

const numeric = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function scalarValue(text: string, types: ReadonlySet<string>): Converted | undefined {
  const acceptsText = types.has('string')
  if ((types.has('number') || types.has('integer')) && numeric.test(text)) {
    const value = Number(text)
    const fitsType = types.has('number') || Number.isInteger(value)
    if (fitsType && keepsDigits(text, value)) return { value }
    // A number that JavaScript would round is refused, because the call would use another number.
    if (!acceptsText)
      return { expected: fitsType ? 'a number that JavaScript does not round' : 'a whole number' }
  }
  if (types.has('boolean') && (text === 'true' || text === 'false'))
    return { value: text === 'true' }
  if (types.has('null') && !acceptsText && text === 'null') return { value: null }
  return undefined
}

function expectation(
  text: string,
  types: ReadonlySet<string>,
  choices: readonly unknown[],
): Converted {
  if (choices.length > 0) {
    const names = choices.map(String)
    return { expected: `one of ${names.join(', ')}`, hint: didYouMean(nearNames(text, names)) }
  }
  if (types.has('number')) return { expected: 'a number' }
  if (types.has('integer')) return { expected: 'a whole number' }
  if (types.has('boolean')) return { expected: 'true or false' }
  return { expected: 'JSON', hint: '. Write := in place of =.' }
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

function choicesOf({ enum: list, const: only }: JsonSchema): unknown[] {
  if (Array.isArray(list)) return list
  return only === undefined ? [] : [only]
}
