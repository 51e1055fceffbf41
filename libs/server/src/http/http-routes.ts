import type { Peer, RawResponse } from '@mcp/http'
import { handleFetch, jsonResponse, toWebResponse } from '@mcp/http'
import { didYouMean, McpError, nearNames } from '@mcp/protocol'
import { Hono } from 'hono/tiny'

import type { Access, AccessControl, GuardedHandler } from './access-control.ts'

/** One route of the HTTP service. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path pattern, such as `/sessions/:id`. */
  readonly path: string
  readonly access: Access
  /** Returns the handler. `id` is the value of the path parameter, or empty if the path has none. */
  readonly handlerFor: (id: string) => GuardedHandler
  /** Whether the response is a stream. Such a route refuses `HEAD`, which would open the stream. */
  readonly isStream?: boolean | undefined
}

/** Creates a `fetch` function that runs the routes. Unknown paths and methods return JSON errors. */
export function createHttpRoutes(
  routes: readonly HttpRoute[],
  control: AccessControl,
  maxBodyBytes: number | undefined,
): (request: Request, peer?: Peer) => Promise<Response> {
  const app = new Hono<{ Bindings: { peer: Peer | undefined } }>()

  for (const { method, path, access, handlerFor, isStream = false } of routes) {
    const allowed = method === 'GET' && !isStream ? 'GET, HEAD' : method
    app.on(method, path, (context) => {
      const { raw } = context.req
      if (isStream && raw.method === 'HEAD') return toWebResponse(notAllowed(raw, allowed))
      const id = context.req.param('id') ?? ''
      const signedPath = path.replace(':id', encodeURIComponent(id))
      const route = control.guard({ method, path: signedPath, access }, handlerFor(id))
      return handleFetch(route, raw, context.env.peer, maxBodyBytes)
    })
    app.all(path, ({ req }) => toWebResponse(notAllowed(req.raw, allowed)))
  }
  app.notFound(({ req }) => toWebResponse(noRoute(req.raw.method, req.path, routes)))

  return async (request, peer) => app.fetch(request, { peer })
}

function notAllowed({ method }: Request, allowed: string) {
  const error = new McpError('invalid-request', `Method ${method} not allowed: use ${allowed}.`, {
    details: { allowed: allowed.split(', ') },
  })
  return jsonResponse(405, { error: error.toBody() }, { allow: allowed })
}

function noRoute(method: string, path: string, routes: readonly HttpRoute[]) {
  const near = nearNames(
    path,
    routes.map((route) => route.path),
  )
  const error = new McpError(
    'not-found',
    `No route ${method} ${path.slice(0, 100)}${didYouMean(near)}`,
    { details: { near, routes: routes.map((route) => `${route.method} ${route.path}`) } },
  )
  return jsonResponse(404, { error: error.toBody() })
}

/** The response of a route that succeeds without a body. */
export const noContent: RawResponse = { status: 204, headers: {}, body: '' }
