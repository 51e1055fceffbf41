import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { mergeAllOf } from './merge-all-of.ts'
import type { PartTexts } from './part-texts.ts'
import { boundsOf, isLongText, textsOf } from './part-texts.ts'
import { resolveReference } from './resolve-reference.ts'
import { conditionOf, itemsOf, typeOf, variantsOf } from './schema-keywords.ts'
import { variantTitle } from './variant-title.ts'

/** The part of a form that edits one value. */
export type FormPart = PartTexts &
  (
    | { readonly kind: 'text'; readonly isLong: boolean }
    | { readonly kind: 'number'; readonly isInteger: boolean }
    | { readonly kind: 'boolean' }
    | { readonly kind: 'constant'; readonly value: unknown }
    | {
        readonly kind: 'choice'
        readonly values: readonly unknown[]
        /** Titles of the values, in the same order. A value without a title is shown itself. */
        readonly labels?: readonly (string | undefined)[]
      }
    | { readonly kind: 'union'; readonly variants: readonly FormPart[]; readonly shared?: FormPart }
    | {
        readonly kind: 'object'
        readonly properties: readonly FormProperty[]
        /** Part for the values of other properties. */
        readonly rest?: FormPart
      }
    | { readonly kind: 'record'; readonly value: FormPart }
    | { readonly kind: 'list'; readonly item: FormPart; readonly maxItems?: number }
    | { readonly kind: 'tuple'; readonly items: readonly FormPart[]; readonly rest?: FormPart }
    | { readonly kind: 'json'; readonly reason: string }
  )

export interface FormProperty {
  readonly name: string
  readonly isRequired: boolean
  readonly part: FormPart
}

/** A part that is edited as JSON, because no form can edit it. */
export interface JsonOnlyPart {
  /** Location of the value, such as `filter.items`. Empty for the whole value. */
  readonly path: string
  /** Reason in one sentence. */
  readonly reason: string
}

/** The form of a schema. */
export interface SchemaForm {
  readonly part: FormPart
  readonly jsonOnly: readonly JsonOnlyPart[]
}

const anyType = 'It accepts a value of any type.'

const maxParts = 2_000
const maxDepth = 16

/**
 * Translates a JSON Schema of draft 2020-12 into the parts of a form. The parts only describe what is drawn:
 * values are checked against the original schema. A part that no form can edit is edited as JSON, with the
 * reason.
 */
export function formOf(root: JsonSchema): SchemaForm {
  const progress = { root, jsonOnly: [], parts: 0 }
  const start: Position = { path: '', references: ['#'], depth: 0, progress }
  return { part: translate(root, start), jsonOnly: progress.jsonOnly }
}

/** State of one translation. */
interface Progress {
  readonly root: JsonSchema
  readonly jsonOnly: JsonOnlyPart[]
  /** Number of parts translated so far. */
  parts: number
}

function editAsJson(schema: unknown, { path, progress }: Position, reason: string): FormPart {
  progress.jsonOnly.push({ path, reason })
  return { ...textsOf(schema), kind: 'json', reason }
}

function translate(schema: unknown, position: Position): FormPart {
  if (++position.progress.parts > maxParts)
    return editAsJson(schema, position, 'The schema is too large for a form.')
  if (position.depth > maxDepth)
    return editAsJson(schema, position, 'It is nested too deeply for a form.')
  if (schema === false) return editAsJson(schema, position, 'Its schema accepts no value.')
  if (!isRecord(schema)) return editAsJson(schema, position, anyType)
  const { $ref, $dynamicRef, $recursiveRef } = schema
  if (typeof $ref === 'string') return translateReference(schema, position)
  if ($dynamicRef !== undefined || $recursiveRef !== undefined) {
    return editAsJson(schema, position, 'Its schema refers to itself.')
  }
  const merged = Array.isArray(schema['allOf'])
    ? mergeAllOf(schema, position.progress.root)
    : schema
  if (merged === undefined) {
    return editAsJson(schema, position, 'It combines schemas that a form cannot merge.')
  }
  const problem = conditionOf(schema, merged)
  return problem === undefined
    ? translateKind(merged, position)
    : editAsJson(merged, position, problem)
}

function translateReference(schema: JsonSchema, position: Position): FormPart {
  const { $ref: reference, ...siblings } = schema
  const $ref = String(reference)
  const found = resolveReference($ref, position.progress.root)
  if (found === undefined) {
    return editAsJson(
      siblings,
      position,
      `Its schema refers to "${$ref}", which is not part of the schema.`,
    )
  }
  const merged = isRecord(found) ? { ...found, ...siblings } : found
  if (position.references.includes($ref))
    return editAsJson(merged, position, 'Its schema refers to itself.')
  return translate(merged, { ...position, references: [...position.references, $ref] })
}

function translateKind(schema: JsonSchema, position: Position): FormPart {
  const { enum: choices, enumNames: names } = schema
  if (Array.isArray(choices) && choices.length !== 1) {
    const labels = Array.isArray(names) ? { labels: names.map(String) } : {}
    return { ...textsOf(schema), ...labels, kind: 'choice', values: choices }
  }
  if (Array.isArray(choices) || 'const' in schema) {
    const value: unknown = Array.isArray(choices) ? choices[0] : schema['const']
    return position.isOptional === true
      ? { ...textsOf(schema), kind: 'choice', values: [value] }
      : { ...textsOf(schema), kind: 'constant', value }
  }
  const variants = variantsOf(schema)
  if (variants !== undefined) return translateUnion(schema, variants, position)
  switch (typeOf(schema)) {
    case 'object':
      return translateObject(schema, position)
    case 'array':
      return translateArray(schema, position)
    case undefined:
      return editAsJson(schema, position, anyType)
    case 'string':
      return {
        ...textsOf(schema),
        ...boundsOf(schema),
        kind: 'text',
        isLong: isLongText(schema, position.path),
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
      return editAsJson(schema, position, 'Its schema has an unknown type.')
  }
}

function translateUnion(
  schema: JsonSchema,
  variants: readonly unknown[],
  position: Position,
): FormPart {
  const { jsonOnly, root } = position.progress
  const before = jsonOnly.length
  const drawn = variants.map((variant) => {
    const translated = translate(variant, {
      ...position,
      isOptional: false,
      depth: position.depth + 1,
    })
    return Object.assign({}, translated, { title: variantTitle(variant, root) })
  })
  if (drawn.some(({ kind }) => kind === 'json')) {
    const [first] = jsonOnly.splice(before)
    return editAsJson(schema, position, first?.reason ?? '')
  }
  const hasShared = isRecord(schema['properties']) && !Array.isArray(schema['type'])
  const choices = drawn.map((part, index) => choicesOf(part, variants[index]))
  if (choices.every((each) => each !== undefined)) {
    const labels = choices.flatMap((each) => each.labels)
    return {
      ...textsOf(schema),
      kind: 'choice',
      values: choices.flatMap(({ values }) => values),
      ...(labels.some((label) => label !== undefined) ? { labels } : {}),
    }
  }
  return {
    ...textsOf(schema),
    kind: 'union',
    variants: drawn,
    ...(hasShared ? { shared: translateObject(schema, position) } : {}),
  }
}

function translateObject(schema: JsonSchema, position: Position): FormPart {
  const { properties, required, additionalProperties: values, patternProperties } = schema
  const names = new Set<unknown>(Array.isArray(required) ? required : [])
  if (isRecord(properties) && Object.keys(properties).length > 0) {
    const drawn = Object.entries(properties).map(([name, property]) => {
      const isRequired = names.has(name)
      return { name, isRequired, part: translate(property, inner(position, name, !isRequired)) }
    })
    const rest = isRecord(values) ? translateValues(values, position) : undefined
    return {
      ...textsOf(schema),
      kind: 'object',
      properties: drawn,
      ...(rest === undefined || 'reason' in rest ? {} : { rest }),
    }
  }
  if (isRecord(patternProperties)) {
    return editAsJson(schema, position, 'The names of its properties follow a pattern.')
  }
  if (values === false || isRecord(properties)) {
    return { ...textsOf(schema), kind: 'object', properties: [] }
  }
  if (!isRecord(values)) return editAsJson(schema, position, 'Its properties are not described.')
  const value = translateValues(values, position)
  return 'reason' in value
    ? editAsJson(schema, position, value.reason)
    : { ...textsOf(schema), kind: 'record', value }
}

/** Returns the part for the values of properties that have no names, or the reason why no form edits them. */
function translateValues(
  values: JsonSchema,
  position: Position,
): Exclude<FormPart, { readonly kind: 'json' }> | { readonly reason: string } {
  const { jsonOnly } = position.progress
  const before = jsonOnly.length
  const part = translate(values, inner(position, '*', false))
  if (part.kind !== 'json') return part
  jsonOnly.splice(before)
  const isAny = part.reason === anyType
  return { reason: isAny ? 'Its properties accept values of any type.' : part.reason }
}

function translateArray(schema: JsonSchema, position: Position): FormPart {
  const { items, tuple } = itemsOf(schema)
  const { maxItems } = schema
  const { jsonOnly } = position.progress
  const before = jsonOnly.length
  if (tuple !== undefined) {
    return {
      ...textsOf(schema),
      kind: 'tuple',
      items: tuple.map((item, index) => translate(item, inner(position, String(index), false))),
      ...(isRecord(items) ? { rest: translate(items, inner(position, '*', false)) } : {}),
    }
  }
  const item = translate(items ?? true, inner(position, '*', false))
  if (item.kind !== 'json') {
    const limit = typeof maxItems === 'number' ? { maxItems } : {}
    return { ...textsOf(schema), ...limit, kind: 'list', item }
  }
  const [first] = jsonOnly.splice(before)
  const isAny = first?.reason === anyType
  return editAsJson(
    schema,
    position,
    isAny ? 'Its items accept values of any type.' : (first?.reason ?? ''),
  )
}

/** Returns the values of a drawn choice, or undefined if the schema accepts other values. */
function choicesOf(part: FormPart, variant: unknown) {
  if (part.kind === 'constant') return { values: [part.value], labels: [textsOf(variant).title] }
  if (part.kind !== 'choice') return undefined
  return { values: part.values, labels: part.labels ?? part.values.map(() => undefined) }
}

/** The location of a part in the schema, and the state of the translation at that location. */
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
