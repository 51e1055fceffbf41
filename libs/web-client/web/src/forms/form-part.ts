import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { mergeAllOf } from './merge-all-of.ts'
import { resolveReference } from './resolve-reference.ts'
import { variantTitle } from './variant-title.ts'

/** The part of a form that edits one value. */
export type FormPart = PartTexts &
  (
    | { readonly kind: 'text'; readonly isLong: boolean }
    | { readonly kind: 'number'; readonly isInteger: boolean }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'constant'; readonly value: unknown }
    | { readonly kind: 'choice'; readonly values: readonly unknown[] }
    | { readonly kind: 'union'; readonly variants: readonly FormPart[]; readonly shared?: FormPart }
    | { readonly kind: 'object'; readonly properties: readonly FormProperty[] }
    | { readonly kind: 'record'; readonly value: FormPart }
    | { readonly kind: 'list'; readonly item: FormPart; readonly maxItems?: number }
    | { readonly kind: 'tuple'; readonly items: readonly FormPart[]; readonly rest?: FormPart }
    | { readonly kind: 'json'; readonly reason: string }
  )

/** Texts that a schema has for its user. */
export interface PartTexts {
  readonly title?: string
  readonly description?: string
  /** The default of the server. A form shows it, but does not fill it in. */
  readonly preset?: unknown
  /** Range or length of a value, such as `1 to 14`. */
  readonly bounds?: string
}

export interface FormProperty {
  readonly name: string
  readonly isRequired: boolean
  readonly part: FormPart
}

/** A part that the JSON editor edits, because no form can. */
export interface HandedPart {
  /** Location of the value, such as `filter.items`. Empty for the whole value. */
  readonly path: string
  /** Reason in one sentence. */
  readonly reason: string
}

/** The form of a schema. */
export interface SchemaForm {
  readonly part: FormPart
  readonly handed: readonly HandedPart[]
}

const maxParts = 2_000
const maxDepth = 16

/**
 * Translates a JSON Schema of draft 2020-12 into the parts of a form. They only describe what is drawn: values
 * are checked against the original schema. A part that no form can edit is edited as JSON, with the reason.
 */
export function formOf(root: JsonSchema): SchemaForm {
  const progress = { root, handed: [], parts: 0 }
  const start: Position = { path: '', references: ['#'], depth: 0, progress }
  return { part: translate(root, start), handed: progress.handed }
}

/** State of one translation. */
interface Progress {
  readonly root: JsonSchema
  readonly handed: HandedPart[]
  /** Number of parts translated so far. */
  parts: number
}

function handOver(schema: unknown, { path, progress }: Position, reason: string): FormPart {
  progress.handed.push({ path, reason })
  return { ...textsOf(schema), kind: 'json', reason }
}

function translate(schema: unknown, position: Position): FormPart {
  if (++position.progress.parts > maxParts)
    return handOver(schema, position, 'The schema is too large for a form.')
  if (position.depth > maxDepth)
    return handOver(schema, position, 'It is nested too deeply for a form.')
  if (schema === false) return handOver(schema, position, 'Its schema accepts no value.')
  if (!isRecord(schema)) return handOver(schema, position, 'It accepts a value of any type.')
  const { $ref } = schema
  if (typeof $ref === 'string') return translateReference(schema, position)
  const merged = Array.isArray(schema['allOf'])
    ? mergeAllOf(schema, position.progress.root)
    : schema
  if (merged === undefined) {
    return handOver(schema, position, 'It combines schemas that a form cannot merge.')
  }
  const problem = conditionOf(merged)
  return problem === undefined
    ? translateKind(merged, position)
    : handOver(merged, position, problem)
}

function translateReference(schema: JsonSchema, position: Position): FormPart {
  const { $ref: reference, ...siblings } = schema
  const $ref = String(reference)
  const found = resolveReference($ref, position.progress.root)
  if (found === undefined) {
    return handOver(
      siblings,
      position,
      `Its schema refers to "${$ref}", which is not part of the schema.`,
    )
  }
  const merged = isRecord(found) ? { ...found, ...siblings } : found
  if (position.references.includes($ref))
    return handOver(merged, position, 'Its schema refers to itself.')
  return translate(merged, { ...position, references: [...position.references, $ref] })
}

function translateKind(schema: JsonSchema, position: Position): FormPart {
  if ('const' in schema) {
    const { const: value } = schema
    return position.isOptional === true
      ? { ...textsOf(schema), kind: 'choice', values: [value] }
      : { ...textsOf(schema), kind: 'constant', value }
  }
  if (Array.isArray(schema['enum'])) {
    return { ...textsOf(schema), kind: 'choice', values: schema['enum'] }
  }
  const variants = variantsOf(schema)
  if (variants !== undefined) return translateUnion(schema, variants, position)
  switch (typeOf(schema)) {
    case 'object':
      return translateObject(schema, position)
    case 'array':
      return translateArray(schema, position)
    case undefined:
      return handOver(schema, position, 'It accepts a value of any type.')
    case 'string':
      return {
        ...textsOf(schema),
        ...boundsOf(schema),
        kind: 'text',
        isLong: isLongText(schema, position),
      }
    case 'number':
      return { ...textsOf(schema), ...boundsOf(schema), kind: 'number', isInteger: false }
    case 'integer':
      return { ...textsOf(schema), ...boundsOf(schema), kind: 'number', isInteger: true }
    case 'boolean':
      return { ...textsOf(schema), kind: 'boolean' }
    case 'null':
      return { ...textsOf(schema), kind: 'constant', value: null }
    default:
      return handOver(schema, position, 'Its schema has an unknown type.')
  }
}

function translateUnion(
  schema: JsonSchema,
  variants: readonly unknown[],
  position: Position,
): FormPart {
  const { handed, root } = position.progress
  const before = handed.length
  const drawn = variants.map((variant) => {
    const translated = translate(variant, {
      ...position,
      isOptional: false,
      depth: position.depth + 1,
    })
    return Object.assign({}, translated, { title: variantTitle(variant, root) })
  })
  if (drawn.some(({ kind }) => kind === 'json')) {
    const [first] = handed.splice(before)
    return handOver(schema, position, first?.reason ?? '')
  }
  const choices = drawn.map(choicesOf)
  if (choices.every((values) => values !== undefined)) {
    return { ...textsOf(schema), kind: 'choice', values: choices.flat() }
  }
  return {
    ...textsOf(schema),
    kind: 'union',
    variants: drawn,
    ...(isRecord(schema['properties']) ? { shared: translateObject(schema, position) } : {}),
  }
}

function translateObject(schema: JsonSchema, position: Position): FormPart {
  const { properties, required, additionalProperties: values, patternProperties } = schema
  if (isRecord(patternProperties)) {
    return handOver(schema, position, 'The names of its properties follow a pattern.')
  }
  const names = new Set<unknown>(Array.isArray(required) ? required : [])
  if (isRecord(properties) && Object.keys(properties).length > 0) {
    const drawn = Object.entries(properties).map(([name, property]) => {
      const isRequired = names.has(name)
      return { name, isRequired, part: translate(property, inner(position, name, !isRequired)) }
    })
    return { ...textsOf(schema), kind: 'object', properties: drawn }
  }
  if (values === false || isRecord(properties)) {
    return { ...textsOf(schema), kind: 'object', properties: [] }
  }
  if (!isRecord(values)) return handOver(schema, position, 'Its properties are not described.')
  const { handed } = position.progress
  const before = handed.length
  const value = translate(values, inner(position, '*', false))
  if (value.kind !== 'json') return { ...textsOf(schema), kind: 'record', value }
  handed.splice(before)
  return handOver(schema, position, 'Its properties accept values of any type.')
}

function translateArray(schema: JsonSchema, position: Position): FormPart {
  const { items, prefixItems, maxItems } = schema
  const { handed } = position.progress
  const before = handed.length
  if (Array.isArray(prefixItems)) {
    return {
      ...textsOf(schema),
      kind: 'tuple',
      items: prefixItems.map((item, index) =>
        translate(item, inner(position, String(index), false)),
      ),
      ...(isRecord(items) ? { rest: translate(items, inner(position, '*', false)) } : {}),
    }
  }
  const item = translate(items ?? true, inner(position, '*', false))
  if (item.kind !== 'json') {
    const limit = typeof maxItems === 'number' ? { maxItems } : {}
    return { ...textsOf(schema), ...limit, kind: 'list', item }
  }
  const [first] = handed.splice(before)
  const isAny = first?.reason === 'It accepts a value of any type.'
  return handOver(
    schema,
    position,
    isAny ? 'Its items accept values of any type.' : (first?.reason ?? ''),
  )
}

/** Returns the values of a drawn choice, or undefined if the schema accepts other values. */
function choicesOf(part: FormPart): readonly unknown[] | undefined {
  if (part.kind === 'constant') return [part.value]
  return part.kind === 'choice' ? part.values : undefined
}

/** The location of a part, and what led to it. */
interface Position {
  readonly path: string
  /** References that are being resolved. */
  readonly references: readonly string[]
  readonly depth: number
  readonly isOptional?: boolean
  readonly progress: Progress
}

function inner(position: Position, name: string, isOptional: boolean): Position {
  const path = position.path === '' ? name : `${position.path}.${name}`
  return { ...position, path, isOptional, depth: position.depth + 1 }
}

function textsOf(schema: unknown): PartTexts {
  if (!isRecord(schema)) return {}
  const { title, description, default: preset } = schema
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(preset === undefined ? {} : { preset }),
  }
}

/** Bounds of this size are those of the type, not of the field. */
const hugeNumber = 2 ** 53 - 1

function boundsOf(schema: JsonSchema): PartTexts {
  const { minimum, maximum, minLength, maxLength } = schema
  const isNumber = minimum !== undefined || maximum !== undefined
  const [from, to] = (isNumber ? [minimum, maximum] : [minLength, maxLength]).map((bound) =>
    typeof bound === 'number' && Math.abs(bound) < hugeNumber ? bound : undefined,
  )
  const unit = isNumber ? '' : ' characters'
  if (from !== undefined && to !== undefined) return { bounds: `${from} to ${to}${unit}` }
  if (to !== undefined) return { bounds: `at most ${to}${unit}` }
  return from === undefined || (!isNumber && from <= 1) ? {} : { bounds: `at least ${from}${unit}` }
}

const longNames = /text|content|template|html|message|sql|patch|body|prompt|system/i

/** Whether a text may have several lines. */
function isLongText({ maxLength, enum: choices }: JsonSchema, { path }: Position): boolean {
  if (choices !== undefined || (typeof maxLength === 'number' && maxLength < 200)) return false
  return longNames.test(path.slice(path.lastIndexOf('.') + 1))
}

/** Returns the reason if the fields of an object depend on the values of other fields. */
function conditionOf(schema: JsonSchema): string | undefined {
  const { if: condition, then, else: otherwise, dependentSchemas } = schema
  const branches = [
    ...(condition === undefined ? [] : [then, otherwise]),
    ...(isRecord(dependentSchemas) ? Object.values(dependentSchemas) : []),
  ]
  const declared = isRecord(schema['properties']) ? schema['properties'] : {}
  const added = branches.flatMap((branch) =>
    isRecord(branch) && isRecord(branch['properties']) ? Object.keys(branch['properties']) : [],
  )
  return added.every((name) => name in declared)
    ? undefined
    : 'Its fields depend on the values of other fields.'
}

/** Returns the variants of a union. A list of types is a union, and `nullable` adds null. */
function variantsOf(schema: JsonSchema): readonly unknown[] | undefined {
  const {
    anyOf,
    oneOf,
    type,
    title: _title,
    description: _text,
    default: _preset,
    ...rest
  } = schema
  const variants = [anyOf, oneOf].find((list) => Array.isArray(list))
  if (variants !== undefined) return variants
  return Array.isArray(type) && type.length > 1
    ? type.map((each: unknown) => Object.assign({}, each === 'null' ? {} : rest, { type: each }))
    : undefined
}

const keywords: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'additionalProperties', 'patternProperties', 'required']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]

/** Returns the type of a schema. Without `type`, it follows from the other keywords. */
function typeOf(schema: JsonSchema): string | undefined {
  const [type]: unknown[] = [schema['type']].flat()
  if (typeof type === 'string') return type
  return keywords.find(([, names]) => names.some((name) => name in schema))?.[0]
}
