import { openApi } from '@mcp/http'
import { isRecord } from '@mcp/protocol'
import type { JsonSchema, OperationDescription, ServerDescription } from '@mcp/protocol'

const { eventStream, ref, responses } = openApi

/** The operations of the catalogue, as parts of an OpenAPI document. */
export interface CatalogueParts {
  /** Schemas of the params and results, by component name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** One path per operation. */
  readonly paths: Readonly<Record<string, JsonSchema>>
  /** One request envelope per server. */
  readonly requestExamples: Readonly<Record<string, JsonSchema>>
}

export function describeOperations(servers: readonly ServerDescription[]): CatalogueParts {
  const schemas: Record<string, JsonSchema> = {}
  const paths: Record<string, JsonSchema> = {}
  const requestExamples: Record<string, JsonSchema> = {}

  for (const server of servers) {
    for (const operation of server.operations) {
      const name = nameOf(server.name, operation)
      addSchema(schemas, `${name}.params`, paramsSchemaOf(operation))
      addSchema(schemas, `${name}.result`, operation.resultSchema)
      paths[pathOf(server.name, operation)] = {
        parameters: [{ $ref: '#/components/parameters/sessionId' }],
        post: describeCall(server, operation, name),
      }
      const [example] = operation.examples
      if (example !== undefined) requestExamples[server.name] ??= toRequest(operation, example)
    }
  }
  return { schemas, paths, requestExamples }
}

/** Returns the path of an operation. If the caller chooses the target, it is one of the params. */
function pathOf(serverName: string, { target, operation }: OperationDescription): string {
  const segments = [serverName, ...(target === undefined ? [] : [target]), operation]
  return `/sessions/{sessionId}/${segments.map(encodeURIComponent).join('/')}`
}

/**
 * Returns the component name of an operation. OpenAPI allows letters, digits, `_`, `-` and `.` in component
 * names.
 */
function nameOf(serverName: string, { target, operation }: OperationDescription): string {
  return [serverName, target, operation]
    .filter((part) => part !== undefined)
    .map((part) => part.replaceAll(/[^\w-]/g, '_'))
    .join('.')
}

function describeCall(
  server: ServerDescription,
  operation: OperationDescription,
  name: string,
): JsonSchema {
  const { title, description, hints, errors, audience, chunkSchema } = operation
  const result = ref(`${name}.result`)
  const requests = operation.examples.map((example, index) => [
    String(index + 1),
    { summary: example.title ?? title, value: paramsOf(operation, example) },
  ])
  const results = operation.examples.flatMap((example, index) =>
    example.result === undefined
      ? []
      : [
          [
            String(index + 1),
            { summary: example.title ?? title, value: responseTo(server, example) },
          ],
        ],
  )
  const response = { schema: responseSchema(result), ...examplesOf(results) }
  return {
    operationId: name,
    tags: [server.name],
    summary: title,
    description:
      errors.length === 0 ? description : `${description}\n\nErrors: ${errors.join(', ')}.`,
    parameters: [{ $ref: '#/components/parameters/idempotencyKey' }],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: ref(`${name}.params`), ...examplesOf(requests) },
      },
    },
    responses: responses({
      200: {
        description: 'The response.',
        content: {
          'application/json': response,
          ...(chunkSchema === undefined ? {} : eventStream),
        },
      },
    }),
    'x-hints': hints,
    'x-audience': audience,
  }
}

function examplesOf(entries: readonly (readonly unknown[])[]): JsonSchema {
  return entries.length === 0
    ? {}
    : { examples: Object.fromEntries(entries.map(([name, value]) => [String(name), value])) }
}

const responseSchema = (result: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['id', 'timestamp', 'status', 'data', 'metadata'],
  properties: {
    id: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    status: { const: 'success' },
    data: {
      type: 'object',
      properties: {
        result,
        preview: { type: 'string', description: 'Start of a result that is too large.' },
        resultRef: { type: 'string', description: 'Reference of that result for readResult.' },
      },
    },
    metadata: ref('Metadata'),
  },
})

/** Returns the schema of the params, including the target if the caller chooses it. */
function paramsSchemaOf(operation: OperationDescription): JsonSchema {
  const { paramsSchema, target, targetKey, targetSchema, targetRequired } = operation
  if (target !== undefined || targetSchema === undefined) return paramsSchema
  const { properties, required } = paramsSchema
  const others = Array.isArray(required) ? required : []
  const all = targetRequired ? [targetKey, ...others] : others
  return {
    ...paramsSchema,
    properties: { [targetKey]: targetSchema, ...(isRecord(properties) ? properties : {}) },
    ...(all.length === 0 ? {} : { required: all }),
  }
}

type Example = OperationDescription['examples'][number]

function paramsOf(operation: OperationDescription, { target, params }: Example): JsonSchema {
  const isChosen = operation.target === undefined && target !== undefined
  return isChosen ? { [operation.targetKey]: target, ...params } : params
}

function toRequest(operation: OperationDescription, example: Example): JsonSchema {
  const { type, targetKey, title } = operation
  const named = example.target === undefined ? {} : { [targetKey]: example.target }
  const payload = { ...named, operation: operation.operation, params: example.params }
  return { summary: example.title ?? title, value: { type, payload } }
}

function responseTo({ source }: ServerDescription, { result }: Example): JsonSchema {
  return {
    id: 'req-1',
    timestamp: '2026-01-01T00:00:00.000Z',
    status: 'success',
    data: { result },
    metadata: { version: '1.0', source },
  }
}

/**
 * Adds a schema as a component. Its definitions become components as well, and its references are changed to
 * refer to them.
 */
function addSchema(schemas: Record<string, JsonSchema>, name: string, schema: JsonSchema): void {
  const { $defs, ...rest } = schema
  schemas[name] = relocate(rest, name)
  if (!isRecord($defs)) return
  for (const [key, definition] of Object.entries($defs)) {
    if (isRecord(definition)) schemas[`${name}.${key}`] = relocate(definition, name)
  }
}

function relocate(schema: Readonly<Record<string, unknown>>, name: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value
            .replace(/^#\/\$defs\//, `#/components/schemas/${name}.`)
            .replace(/^#$/, ref(name).$ref)
        : relocateValue(value, name),
    ]),
  )
}

function relocateValue(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => relocateValue(item, name))
  return isRecord(value) ? relocate(value, name) : value
}
