import { isRecord } from '../is-record.ts'
import type { JsonSchema } from './json-schema.ts'

export interface DescribedParams {
  readonly paramsSchema: JsonSchema
  readonly targetSchema: JsonSchema | undefined
  readonly targetRequired: boolean
}

/**
 * Describes params that include the target. The returned schema does not contain the target, because a request
 * has it next to the params.
 */
export function splitTarget(schema: JsonSchema, targetKey: string): DescribedParams {
  const { rest, targets, isRequired } = withoutTarget(inlineTopLevel(nameRoot(schema)), targetKey)
  const [target] = targets
  return {
    paramsSchema: rest,
    targetSchema: targets.length > 1 ? { anyOf: targets } : target,
    targetRequired: isRequired,
  }
}

/**
 * Replaces references with their definitions at the top level of a schema and in the members of its `anyOf`,
 * `oneOf` and `allOf`. Clients can then read the names of the params without resolving references. A reference
 * of a definition to itself is kept.
 */
export function inlineTopLevel(schema: JsonSchema): JsonSchema {
  const definitions = isRecord(schema['$defs']) ? schema['$defs'] : {}
  return inline(schema, [])

  function inline(part: JsonSchema, path: readonly string[]): JsonSchema {
    const { $ref, ...siblings } = part
    const name = typeof $ref === 'string' ? $ref.replace(/^#\/\$defs\//, '') : ''
    const definition = path.includes(name) ? undefined : definitions[name]
    if (isRecord(definition)) return inline({ ...definition, ...siblings }, [...path, name])
    return mapVariants(part, (variant) => inline(variant, path))
  }
}

/**
 * Copies the root of a recursive schema to `$defs`. The target is removed from the root, but references to the
 * root still mean the schema with the target.
 */
function nameRoot(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema)
  const named: unknown = JSON.parse(text.replaceAll('"$ref":"#"', '"$ref":"#/$defs/params"'))
  if (!isRecord(named) || JSON.stringify(named) === text) return schema
  const { $defs, ...root } = named
  return { ...root, $defs: { ...(isRecord($defs) ? $defs : {}), params: root } }
}

interface WithoutTarget {
  readonly rest: JsonSchema
  /** The distinct schemas of the target in the schema and its variants. */
  readonly targets: readonly JsonSchema[]
  readonly isRequired: boolean
}

function withoutTarget(schema: JsonSchema, targetKey: string): WithoutTarget {
  const { properties, required, ...others } = schema
  const { [targetKey]: target, ...params } = isRecord(properties) ? properties : {}
  const names = Array.isArray(required) ? required : []
  const remaining = names.filter((name) => name !== targetKey)
  const own = {
    ...others,
    ...(isRecord(properties) ? { properties: params } : {}),
    ...(remaining.length === 0 ? {} : { required: remaining }),
  }

  const targets: JsonSchema[] = target === undefined ? [] : [isRecord(target) ? target : {}]
  let isRequired = names.includes(targetKey)
  const rest = mapVariants(own, (variant) => withoutTarget(variant, targetKey).rest)
  for (const [keyword, variants] of variantsOf(schema)) {
    const split = variants.map((variant) => withoutTarget(variant, targetKey))
    targets.push(...split.flatMap((each) => each.targets))
    isRequired ||=
      keyword === 'allOf'
        ? split.some((each) => each.isRequired)
        : split.every((each) => each.isRequired)
  }
  const unique = new Map(targets.map((each) => [JSON.stringify(each), each]))
  return { rest, targets: [...unique.values()], isRequired }
}

function mapVariants(schema: JsonSchema, change: (variant: JsonSchema) => JsonSchema): JsonSchema {
  const changed = variantsOf(schema).map(([keyword, variants]) => [keyword, variants.map(change)])
  return changed.length === 0 ? schema : { ...schema, ...Object.fromEntries(changed) }
}

function variantsOf(schema: JsonSchema): (readonly [keyword: string, JsonSchema[]])[] {
  return ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => {
    const variants = schema[keyword]
    return Array.isArray(variants) ? [[keyword, variants.filter(isRecord)] as const] : []
  })
}
