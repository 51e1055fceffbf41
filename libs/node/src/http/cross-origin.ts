import { McpError } from '@mcp/protocol'

import type { NodeHandler } from './node-handler.ts'

/** Whether a text is an origin as browsers send it: a scheme and a host, perhaps a port. */
export function isOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,*A-Z]+$/.test(text)
}

/**
 * Lets pages of the given origins call a handler and read its answers (CORS). They send tokens of
 * their own; cookies are not let through.
 *
 * @throws McpError `invalid-params` where one of them is not an origin.
 */
export function allowOrigins(handler: NodeHandler, origins: readonly string[]): NodeHandler {
  if (origins.length === 0) return handler
  for (const origin of origins) refuseOther(origin)
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
      response.writeHead(204, preflightHeaders).end()
      return
    }
    response.setHeader('access-control-expose-headers', 'location, retry-after')
    handler(request, response)
  }
}

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, accept, last-event-id, x-session-id',
  // The longest that Chromium keeps one.
  'access-control-max-age': '7200',
} as const

function refuseOther(origin: string): void {
  if (isOrigin(origin)) return
  throw new McpError(
    'invalid-params',
    `allowedOrigins: "${origin.slice(0, 100)}" is not an origin. Write it as browsers do, such as https://app.example.org.`,
  )
}
