import type { OperationDescription, Route, ServerDescription } from '@mcp/protocol'
import { completeHints, isErrorCode, isRecord, McpError } from '@mcp/protocol'

type Fields = Readonly<Record<string, unknown>>

/**
 * Validates the description that a server sent, and fills in missing optional fields.
 *
 * @throws McpError `upstream-error` if the value is not a valid description.
 */
export function readDescription(value: unknown): ServerDescription {
  if (!isRecord(value)) throw invalidDescription('it is not an object')
  return {
    name: readText(value, 'name'),
    source: readText(value, 'source'),
    version: readText(value, 'version'),
    routes: readList(value, 'routes').map(readRoute),
    operations: readList(value, 'operations').map(readOperation),
    notifications: readSchemas(value['notifications']),
  }
}

function readRoute(value: Fields): Route {
  const { targets, prefix } = value
  if (targets !== undefined && !isTexts(targets)) {
    throw invalidDescription('the targets of a route are not a list of strings')
  }
  if (prefix !== undefined && typeof prefix !== 'string') {
    throw invalidDescription('the prefix of a route is not a string')
  }
  return {
    type: readText(value, 'type'),
    targetKey: readText(value, 'targetKey'),
    ...(targets === undefined ? {} : { targets }),
    ...(prefix === undefined ? {} : { prefix }),
  }
}

function readOperation(value: Fields): OperationDescription {
  const { target, audience, errors, title, description, definition, method } = value
  const operation = readText(value, 'operation')
  return {
    type: readText(value, 'type'),
    targetKey: readText(value, 'targetKey'),
    ...(typeof target === 'string' ? { target } : {}),
    operation,
    title: typeof title === 'string' ? title : operation,
    description: typeof description === 'string' ? description : '',
    paramsSchema: readSchema(value, 'paramsSchema'),
    ...(isRecord(value['targetSchema']) ? { targetSchema: value['targetSchema'] } : {}),
    targetRequired: value['targetRequired'] === true,
    resultSchema: readSchema(value, 'resultSchema'),
    ...(value['returnsContent'] === true ? { returnsContent: true } : {}),
    ...(typeof method === 'string' ? { method } : {}),
    ...(isRecord(value['chunkSchema']) ? { chunkSchema: value['chunkSchema'] } : {}),
    hints: readHints(value['hints']),
    // `operator` is the safest default, because models must not be offered an operation by mistake.
    audience: audience === 'model' || audience === 'user' ? audience : 'operator',
    ...(value['core'] === true ? { core: true } : {}),
    ...(isRecord(definition) ? { definition } : {}),
    errors: Array.isArray(errors) ? errors.filter(isErrorCode) : [],
    examples: recordsOf(value['examples']).map(readExample),
  }
}

function readHints(value: unknown): OperationDescription['hints'] {
  if (!isRecord(value)) return completeHints()
  const { idempotent } = value
  return completeHints({
    readOnly: value['readOnly'] === true,
    ...(typeof idempotent === 'boolean' ? { idempotent } : {}),
    destructive: value['destructive'] === true,
    openWorld: value['openWorld'] === true,
    interactive: value['interactive'] === true,
  })
}

function readExample(value: Fields): OperationDescription['examples'][number] {
  const { title, target, params, result, requires } = value
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof target === 'string' ? { target } : {}),
    params: isRecord(params) ? params : {},
    ...(result === undefined ? {} : { result }),
    ...(typeof requires === 'string' ? { requires } : {}),
  }
}

function readSchemas(value: unknown): ServerDescription['notifications'] {
  if (!isRecord(value)) return {}
  const schemas: [string, Fields][] = []
  for (const [type, schema] of Object.entries(value)) {
    if (isRecord(schema)) schemas.push([type, schema])
  }
  return Object.fromEntries(schemas)
}

function readText(value: Fields, key: string): string {
  const text = value[key]
  if (typeof text !== 'string' || text === '') throw invalidDescription(`${key} is not a string`)
  return text
}

function readList(value: Fields, key: string): Fields[] {
  if (!Array.isArray(value[key])) throw invalidDescription(`${key} is not a list`)
  return recordsOf(value[key])
}

function recordsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function readSchema(value: Fields, key: string): Fields {
  const schema = value[key]
  return isRecord(schema) ? schema : {}
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function invalidDescription(problem: string): McpError {
  return new McpError('upstream-error', `The server sent an invalid description: ${problem}.`)
}
