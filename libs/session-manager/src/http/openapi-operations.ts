import type { JsonSchema, OperationDescription } from '@mcp/protocol'

/** The operations of the catalogue, as parts of an OpenAPI document. */
export interface CatalogueSchemas {
  /** Schemas of the params and results, by component name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** Schema of a request for any operation of the catalogue. */
  readonly request: JsonSchema
  readonly examples: Readonly<Record<string, unknown>>
}

export function describeOperations(operations: readonly OperationDescription[]): CatalogueSchemas {
  const schemas: Record<string, JsonSchema> = {}
  const examples: Record<string, unknown> = {}
  const variants: JsonSchema[] = []

  for (const operation of operations) {
    const name = nameOf(operation)
    schemas[`${name}.params`] = standAlone(operation.paramsSchema, `${name}.params`)
    schemas[`${name}.result`] = standAlone(operation.resultSchema, `${name}.result`)
    variants.push(toVariant(operation, name))
    for (const [index, example] of operation.examples.entries()) {
      examples[`${name}.${index + 1}`] = toExample(operation, example)
    }
  }

  const anyRequest = { $ref: '#/components/schemas/Request' }
  return {
    schemas,
    request: variants.length === 0 ? anyRequest : { allOf: [anyRequest, { anyOf: variants }] },
    examples,
  }
}

/** Returns the component name of an operation. OpenAPI allows letters, digits, `_`, `-` and `.` in it. */
function nameOf({ type, target, operation }: OperationDescription): string {
  return [type, target, operation]
    .filter((part) => part !== undefined)
    .map((part) => part.replaceAll(/[^\w-]/g, '_'))
    .join('.')
}

/** Adds an id to a schema that contains internal references, so that they resolve within that schema. */
function standAlone(schema: JsonSchema, name: string): JsonSchema {
  return JSON.stringify(schema).includes('"$ref":"#')
    ? { $id: `urn:mcp:schema:${name}`, ...schema }
    : schema
}

function toVariant(operation: OperationDescription, name: string): JsonSchema {
  const { type, targetKey, target, targetSchema = {}, targetRequired } = operation
  return {
    title: operation.title,
    description: operation.description,
    type: 'object',
    required: ['type', 'payload'],
    properties: {
      type: { const: type },
      payload: {
        type: 'object',
        required: ['operation', ...(targetRequired ? [targetKey] : [])],
        properties: {
          [targetKey]: target === undefined ? targetSchema : { const: target },
          operation: { const: operation.operation },
          params: { $ref: `#/components/schemas/${name}.params` },
        },
      },
    },
  }
}

function toExample(
  operation: OperationDescription,
  { title, target, params }: OperationDescription['examples'][number],
): JsonSchema {
  const { type, targetKey } = operation
  const named = target === undefined ? {} : { [targetKey]: target }
  const payload = { ...named, operation: operation.operation, params }
  return { summary: title ?? operation.title, value: { type, payload } }
}
