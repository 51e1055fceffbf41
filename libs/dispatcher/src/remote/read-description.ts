import type { OperationDescription, Route, ServerDescription } from '@mcp/protocol'
import { completeHints, isErrorCode, isRecord, McpError } from '@mcp/protocol'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a server said of itself over the wire. What may be left out is filled in.
 *
 * @throws McpError `upstream-error` where it is no description.
 */
export function readDescription(value: unknown): ServerDescription {
  if (!isRecord(value)) throw wrong('it is not an object')
  return {
    name: text(value, 'name'),
    source: text(value, 'source'),
    version: text(value, 'version'),
    routes: list(value, 'routes').map(readRoute),
    operations: list(value, 'operations').map(readOperation),
    notifications: readSchemas(value['notifications']),
  }
}

function readRoute(value: Fields): Route {
  const { targets, prefix } = value
  if (targets !== undefined && !isTexts(targets)) throw wrong('targets are not a list of strings')
  if (prefix !== undefined && typeof prefix !== 'string') throw wrong('a prefix is not a string')
  return {
    type: text(value, 'type'),
    targetKey: text(value, 'targetKey'),
    ...(targets === undefined ? {} : { targets }),
    ...(prefix === undefined ? {} : { prefix }),
  }
}

function readOperation(value: Fields): OperationDescription {
  const { target, audience, errors, title, description } = value
  const operation = text(value, 'operation')
  return {
    type: text(value, 'type'),
    targetKey: text(value, 'targetKey'),
    ...(typeof target === 'string' ? { target } : {}),
    operation,
    title: typeof title === 'string' ? title : operation,
    description: typeof description === 'string' ? description : '',
    paramsSchema: schema(value, 'paramsSchema'),
    ...(isRecord(value['targetSchema']) ? { targetSchema: value['targetSchema'] } : {}),
    targetRequired: value['targetRequired'] === true,
    resultSchema: schema(value, 'resultSchema'),
    ...(isRecord(value['chunkSchema']) ? { chunkSchema: value['chunkSchema'] } : {}),
    hints: readHints(value['hints']),
    // What is offered to nobody by mistake is better than what is offered to a model by mistake.
    audience: audience === 'model' || audience === 'user' ? audience : 'operator',
    errors: Array.isArray(errors) ? errors.filter(isErrorCode) : [],
    examples: optionalList(value['examples']).map(readExample),
  }
}

function readHints(value: unknown): OperationDescription['hints'] {
  if (!isRecord(value)) return completeHints()
  return completeHints({
    readOnly: value['readOnly'] === true,
    idempotent: value['idempotent'] === true,
    destructive: value['destructive'] === true,
    openWorld: value['openWorld'] === true,
    interactive: value['interactive'] === true,
  })
}

function readExample(value: Fields): OperationDescription['examples'][number] {
  const { title, target, params, result } = value
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof target === 'string' ? { target } : {}),
    params: isRecord(params) ? params : {},
    ...(result === undefined ? {} : { result }),
  }
}

function readSchemas(value: unknown): ServerDescription['notifications'] {
  if (!isRecord(value)) return {}
  const schemas: [string, Fields][] = []
  for (const [type, one] of Object.entries(value)) if (isRecord(one)) schemas.push([type, one])
  return Object.fromEntries(schemas)
}

function text(value: Fields, key: string): string {
  const found = value[key]
  if (typeof found !== 'string' || found === '') throw wrong(`${key} is not a string`)
  return found
}

function list(value: Fields, key: string): Fields[] {
  if (!Array.isArray(value[key])) throw wrong(`${key} is not a list`)
  return optionalList(value[key])
}

function optionalList(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function schema(value: Fields, key: string): Fields {
  const found = value[key]
  return isRecord(found) ? found : {}
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function wrong(what: string): McpError {
  return new McpError('upstream-error', `The server describes itself wrongly: ${what}.`)
}
