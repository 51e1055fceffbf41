import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import { propertiesOf, requiredOf } from '@mcp/llm'
import type { ModelTool } from '@mcp/llm'

export type ParameterKind = 'number' | 'text' | 'choice' | 'numbers' | 'texts' | 'json' | 'flag'

/** A parameter of a tool, to be filled from a prompt. */
export interface Parameter {
  readonly name: string
  readonly kind: ParameterKind
  readonly isRequired: boolean
  readonly isInteger: boolean
  /** Allowed values of a `choice`. Empty for other kinds. */
  readonly choices: readonly string[]
}

/** Returns the parameters of a tool, in the order of its schema. */
export function parametersOf({ parameters }: ModelTool): Parameter[] {
  const required = new Set(requiredOf(parameters))
  return Object.entries(propertiesOf(parameters)).map(([name, schema]) => {
    const choices = choicesOf(schema)
    return {
      name,
      kind: choices.length > 0 ? 'choice' : kindOf(schema),
      // A parameter with a default is optional.
      isRequired: required.has(name) && schema['default'] === undefined,
      isInteger: schema['type'] === 'integer',
      choices,
    }
  })
}

function kindOf(schema: JsonSchema): ParameterKind {
  const type = schema['type'] ?? typeOfVariants(schema)
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'string') return 'text'
  if (type === 'boolean') return 'flag'
  if (type !== 'array' || !isRecord(schema['items'])) return 'json'
  const items = schema['items']['type']
  if (items === 'number' || items === 'integer') return 'numbers'
  return items === 'string' ? 'texts' : 'json'
}

function typeOfVariants(schema: JsonSchema): unknown {
  const variants = schema['anyOf'] ?? schema['oneOf']
  if (!Array.isArray(variants)) return undefined
  const types = variants.map((variant: unknown) =>
    isRecord(variant) ? variant['type'] : undefined,
  )
  return types.find((type) => type === 'string') ?? types[0]
}

function choicesOf(schema: JsonSchema): string[] {
  const { enum: list, const: only } = schema
  const values: unknown[] = Array.isArray(list) ? list : [only]
  const variants: unknown[] = Array.isArray(schema['anyOf']) ? schema['anyOf'] : []
  return [
    ...values.filter((value) => typeof value === 'string'),
    ...variants.filter(isRecord).flatMap(choicesOf),
  ]
}
