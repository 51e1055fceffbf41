import { openApi, serviceHeaders } from '@mcp/http'
import type { JsonSchema, ServerDescription } from '@mcp/protocol'

import { describeOperations } from './openapi-operations.ts'
import { componentSchemas } from './openapi-schemas.ts'
import type { Route } from './route.ts'

const { json, license, pathParameters, ref, responses, serverUrl } = openApi

export interface OpenApiOptions {
  readonly routes: readonly Route[]
  readonly servers: readonly ServerDescription[]
  readonly basePath: string
  readonly pathPrefix: string
  /** Whether callers must authenticate. */
  readonly isAuthenticated: boolean
}

/** Returns the OpenAPI 3.1 document of the routes and of every operation of the catalogue. */
export function createOpenApi(options: OpenApiOptions): JsonSchema {
  const { routes, servers, basePath, pathPrefix, isAuthenticated } = options
  const catalogue = describeOperations(servers)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Session manager',
      version: '1.0',
      description:
        'Sessions, idempotent requests and resumable event streams. Start with POST /sessions.',
      license,
    },
    servers: [{ url: serverUrl(basePath, pathPrefix) }],
    security: isAuthenticated ? [{ bearer: [] }] : [],
    tags: [
      { name: systemTag, description: 'Sessions, requests, notifications and the service itself.' },
      ...servers.map(({ name }) => ({ name, description: `Operations of the ${name} server.` })),
    ],
    paths: { ...describePaths(routes, catalogue.requestExamples), ...catalogue.paths },
    components: {
      schemas: { ...componentSchemas(), ...catalogue.schemas },
      responses: { Error: { description: 'An error.', content: json(ref('ErrorResponse')) } },
      parameters: {
        sessionId: pathParameters('{sessionId}')[0],
        idempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          // Without an example: a tool that fills it in would send the same key with every request.
          description:
            'Id of the request. A request that is repeated with the same id runs once, so each new request needs a new id, such as a UUID. Default: a generated id.',
          schema: { type: 'string', minLength: 1, maxLength: 128 },
        },
      },
      securitySchemes: {
        ...(isAuthenticated ? { bearer: { type: 'http', scheme: 'bearer' } } : {}),
        serviceSignature: { type: 'apiKey', in: 'header', name: serviceHeaders.signature },
      },
    },
  }
}

const systemTag = 'session-manager'

function describePaths(routes: readonly Route[], examples: JsonSchema) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    if (route.isOperation === true) continue
    const item = (paths[route.path] ??= parametersOf(route.path))
    item[route.method.toLowerCase()] = describeRoute(route, examples)
  }
  return paths
}

function parametersOf(path: string): Record<string, unknown> {
  const parameters = pathParameters(path)
  return parameters.length === 0 ? {} : { parameters }
}

function describeRoute(route: Route, examples: JsonSchema): JsonSchema {
  const { operationId, summary, description, parameters, body } = route
  return {
    operationId,
    tags: [systemTag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: body(examples) } }),
    responses: responses(route.responses),
    ...security[route.access],
  }
}

const security = {
  public: { security: [] },
  caller: {},
  'caller-or-internal': {},
  internal: { security: [{ serviceSignature: [] }] },
} as const
