import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

const drafts = ['4', '7', '2019-09', '2020-12'] as const

/** Returns the draft that a schema is written in. Without `$schema`, it is 2020-12. */
export function draftOf({ $schema }: JsonSchema): (typeof drafts)[number] {
  const text = typeof $schema === 'string' ? $schema : ''
  return drafts.find((draft) => new RegExp(`draft[-/]0?${draft}\\b`).test(text)) ?? '2020-12'
}

/** Returns the reason if the fields of an object depend on the values of other fields. */
export function conditionOf(schema: JsonSchema, merged: JsonSchema): string | undefined {
  const declared = isRecord(merged['properties']) ? merged['properties'] : {}
  const added = branchesOf(schema).flatMap((branch) =>
    isRecord(branch) && isRecord(branch['properties']) ? Object.keys(branch['properties']) : [],
  )
  return added.every((name) => Object.hasOwn(declared, name))
    ? undefined
    : 'Its fields depend on the values of other fields.'
}

function branchesOf({
  if: condition,
  then,
  else: otherwise,
  dependentSchemas,
  allOf,
}: JsonSchema): readonly unknown[] {
  return [
    ...(condition === undefined ? [] : [then, otherwise]),
    ...(isRecord(dependentSchemas) ? Object.values(dependentSchemas) : []),
    ...(Array.isArray(allOf) ? allOf.filter(isRecord).flatMap(branchesOf) : []),
  ]
}

/**
 * Returns the variants of a union. A list of types is a union. Variants that only require properties are
 * constraints, so they are not returned.
 */
export function variantsOf(schema: JsonSchema): readonly unknown[] | undefined {
  const {
    anyOf,
    oneOf,
    type,
    title: _title,
    description: _text,
    default: _preset,
    ...rest
  } = schema
  const variants = [anyOf, oneOf].find((list): list is unknown[] => Array.isArray(list))
  if (variants !== undefined) {
    const isConstraint = isRecord(schema['properties']) && variants.every(requiresOnly)
    return isConstraint ? undefined : variants.map((variant) => withTypeOf(variant, schema))
  }
  return Array.isArray(type) && type.length > 1
    ? type.map((each: unknown) => Object.assign({}, each === 'null' ? {} : rest, { type: each }))
    : undefined
}

const constraints = new Set(['required', 'not', 'type', 'title', 'description'])

function requiresOnly(variant: unknown): boolean {
  return (
    isRecord(variant) &&
    ('required' in variant || 'not' in variant) &&
    Object.keys(variant).every((key) => constraints.has(key))
  )
}

const variantKeywords = ['const', 'enum', '$ref', 'anyOf', 'oneOf', 'allOf', 'type']

/** Returns a variant with the type of the union, if it has none: `{ type: 'string', anyOf: [{ pattern }] }`. */
function withTypeOf(variant: unknown, { type }: JsonSchema): unknown {
  if (!isRecord(variant) || typeof type !== 'string') return variant
  return variantKeywords.some((key) => key in variant) ? variant : { ...variant, type }
}

const keywords: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'additionalProperties', 'patternProperties', 'required']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]

/** Returns the type of a schema. Without `type`, it follows from the other keywords. */
export function typeOf(schema: JsonSchema): string | undefined {
  const [type]: unknown[] = [schema['type']].flat()
  if (typeof type === 'string') return type
  return keywords.find(([, names]) => names.some((name) => name in schema))?.[0]
}

/** Returns the schemas of the items of an array. Before draft 2020-12, `items` was the list of a tuple. */
export function itemsOf({ items, prefixItems, additionalItems }: JsonSchema): {
  readonly tuple?: readonly unknown[]
  readonly items: unknown
} {
  if (Array.isArray(prefixItems)) return { tuple: prefixItems, items }
  return Array.isArray(items) ? { tuple: items, items: additionalItems } : { items }
}
