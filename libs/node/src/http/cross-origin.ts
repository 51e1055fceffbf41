import { McpError } from '@mcp/protocol'

import { isOrigin } from './is-origin.ts'
import type { NodeHandler } from './node-handler.ts'

/**
 * Lets pages of the given origins call a handler and read its responses (CORS). Such pages may send
 * `Authorization`, the other headers that the services use, and the given further headers. Cookies and
 * other credentials of the browser are not allowed.
 *
 * @throws McpError `invalid-params` if an origin or the name of a header is malformed.
 */
export function allowOrigins(
  handler: NodeHandler,
  origins: readonly string[],
  furtherHeaders: readonly string[] = [],
): NodeHandler {
  for (const name of furtherHeaders) validateHeader(name)
  if (origins.length === 0) return handler
  for (const origin of origins) validateOrigin(origin)
  const allowed = new Set(origins)

  return (request, response) => {
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) {
      handler(request, response)
      return
    }
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('vary', 'origin')
    if (request.method === 'OPTIONS' && 'access-control-request-method' in request.headers) {
      const requested = request.headers['access-control-request-headers'] ?? ''
      const headers = allow(requested, furtherHeaders)
      response
        .writeHead(204, { ...preflightHeaders, 'access-control-allow-headers': headers })
        .end()
      return
    }
    response.setHeader('access-control-expose-headers', exposedHeaders)
    handler(request, response)
  }
}

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, DELETE',
  // The maximum that Chromium accepts.
  'access-control-max-age': '7200',
} as const

const allowedHeaders = [
  'authorization',
  'content-type',
  'accept',
  'last-event-id',
  'if-none-match',
  'idempotency-key',
  'x-session-id',
  'traceparent',
  'tracestate',
  // Headers of the Model Context Protocol.
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
].join(', ')

const exposedHeaders = 'location, retry-after, etag, mcp-session-id, www-authenticate'

/**
 * Returns the headers that a page may send. The Model Context Protocol lets a tool define headers with the
 * prefix `mcp-param-`. A preflight response cannot name a prefix, so it lists the requested headers that have
 * it.
 */
function allow(requested: string, furtherHeaders: readonly string[]): string {
  const parameters = requested.match(/(?<![\w-])mcp-param-[\w-]{1,64}/gi) ?? []
  return [allowedHeaders, ...furtherHeaders, ...parameters.slice(0, 32)].join(', ').toLowerCase()
}

function validateOrigin(origin: string): void {
  if (isOrigin(origin)) return
  throw new McpError(
    'invalid-params',
    `allowedOrigins: "${origin.slice(0, 100)}" is not an origin. Use the form https://app.example.org.`,
  )
}

function validateHeader(name: string): void {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return
  throw new McpError(
    'invalid-params',
    `allowedHeaders: "${name.slice(0, 100)}" is not the name of a header. Use the form x-api-key.`,
  )
}
