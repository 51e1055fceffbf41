import { serviceHeaders } from '@mcp/http'
import type { JsonSchema, ServerListing } from '@mcp/protocol'

import type { CatalogueSchemas } from './openapi-operations.ts'
import { describeOperations } from './openapi-operations.ts'
import { componentSchemas, json, ref } from './openapi-schemas.ts'
import type { Route } from './route.ts'

export interface OpenApiOptions {
  readonly routes: readonly Route[]
  readonly servers: readonly ServerListing[]
  readonly basePath: string
  /** Whether callers must authenticate. */
  readonly isAuthenticated: boolean
}

/** Returns the OpenAPI 3.1 document of the routes and of every operation of the catalogue. */
export function createOpenApi(options: OpenApiOptions): JsonSchema {
  const { routes, servers, basePath, isAuthenticated } = options
  const catalogue = describeOperations(servers.flatMap(({ operations }) => operations))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Session manager',
      version: '1.0',
      description:
        'Sessions, idempotent requests and resumable event streams. Start with POST /sessions.',
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    ...(isAuthenticated ? { security: [{ bearer: [] }] } : {}),
    paths: describePaths(routes, catalogue),
    components: {
      schemas: { ...componentSchemas(), ...catalogue.schemas },
      responses: { Error: { description: 'An error.', content: json(ref('ErrorResponse')) } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        serviceSignature: { type: 'apiKey', in: 'header', name: serviceHeaders.signature },
      },
    },
  }
}

function describePaths(routes: readonly Route[], catalogue: CatalogueSchemas) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const item = (paths[route.path] ??= pathParameters(route.path))
    item[route.method.toLowerCase()] = describeRoute(route, catalogue)
  }
  return paths
}

function pathParameters(path: string): Record<string, unknown> {
  const parameters = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } }
  })
  return parameters.length === 0 ? {} : { parameters }
}

function describeRoute(route: Route, catalogue: CatalogueSchemas): JsonSchema {
  const { operationId, summary, description, parameters, body, responses } = route
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: body(catalogue) } }),
    responses: { ...responses, default: { $ref: '#/components/responses/Error' } },
    ...security[route.access],
  }
}

const security = {
  public: { security: [] },
  caller: {},
  'caller-or-internal': {},
  internal: { security: [{ serviceSignature: [] }] },
} as const
