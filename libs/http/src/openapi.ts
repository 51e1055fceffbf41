import { errorCodes } from '@mcp/protocol'
import type { JsonSchema } from '@mcp/protocol'

/** Returns the component schemas of the responses that all services share. */
function schemas(): Record<string, JsonSchema> {
  const timestamp = { type: 'string', format: 'date-time' }
  return {
    Error: {
      type: 'object',
      required: ['code', 'message', 'retryable'],
      properties: {
        code: { anyOf: [{ enum: Object.keys(errorCodes) }, { type: 'string', pattern: '^x-' }] },
        message: { type: 'string' },
        retryable: { type: 'boolean' },
        details: { type: 'object' },
      },
    },
    ErrorResponse: { type: 'object', required: ['error'], properties: { error: ref('Error') } },
    Response: {
      type: 'object',
      required: ['id', 'timestamp', 'status', 'metadata'],
      properties: {
        id: { type: 'string' },
        timestamp,
        status: { enum: ['success', 'error'] },
        data: { type: 'object' },
        error: ref('Error'),
        metadata: ref('Metadata'),
      },
    },
    Metadata: {
      type: 'object',
      required: ['version', 'source'],
      properties: {
        version: { type: 'string' },
        source: { type: 'string' },
        untrusted: {
          type: 'boolean',
          description: 'Whether the response contains content from outside this system.',
        },
      },
      additionalProperties: true,
    },
  }
}

/** Content of the media type `text/event-stream`. */
const eventStream: JsonSchema = { 'text/event-stream': { schema: { type: 'string' } } }

/** Returns a reference to a component schema. */
function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}

/** Returns content of the media type `application/json`. */
function json(schema: JsonSchema): JsonSchema {
  return { 'application/json': { schema } }
}

/** Adds the error responses, which are the same for all calls. */
function responses(successful: Readonly<Record<number, JsonSchema>>): JsonSchema {
  const error = { $ref: '#/components/responses/Error' }
  return { ...successful, '4XX': error, '5XX': error }
}

function responseOf(description: string, schema: JsonSchema): JsonSchema {
  return { description, content: json(schema) }
}

/** Returns the schema of a page of items. */
function pageOf(key: string, item: JsonSchema): JsonSchema {
  const items = { type: 'array', items: item }
  return {
    type: 'object',
    required: [key],
    properties: { [key]: items, nextCursor: { type: 'string' } },
  }
}

function queryParameter(name: string, type: string): JsonSchema {
  return { name, in: 'query', schema: { type } }
}

/** Returns the path parameters of a path template such as `/sessions/{sessionId}`. */
function pathParameters(path: string): JsonSchema[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
}

/** Returns the URL of a service below its base path and the path under which the host mounts it. */
function serverUrl(basePath: string, pathPrefix = ''): string {
  const url = basePath.startsWith(pathPrefix) ? basePath : pathPrefix + basePath
  return url === '' ? '/' : url
}

/** Parts of OpenAPI 3.1 documents. */
export const openApi = {
  eventStream,
  json,
  pageOf,
  pathParameters,
  queryParameter,
  ref,
  responseOf,
  responses,
  schemas,
  serverUrl,
  license: { name: 'MIT', identifier: 'MIT' },
} as const
