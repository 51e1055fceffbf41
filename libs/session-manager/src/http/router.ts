import { errorResponse, handleFetch, toWebErrorResponse, toWebResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { Peer } from '@mcp/http'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Mount } from './mount.ts'
import type { Route } from './route.ts'
import { noPathParameters } from './route.ts'
import type { RouteServer } from './route-server.ts'

export interface RouterOptions {
  readonly routes: readonly Route[]
  readonly server: Pick<RouteServer, 'serve'>
  /** The path under which the service is mounted. Request paths may include it or not. */
  readonly basePath: string
  readonly maxBodyBytes: number
  readonly mounts: readonly Mount[]
  readonly onError: (error: unknown) => void
}

interface Environment {
  Bindings: { peer: Peer | undefined }
}

/** Creates the router: the `fetch` of the service. */
export function createRouter(options: RouterOptions) {
  const { routes, server, basePath, maxBodyBytes, mounts, onError } = options
  const router = new Hono<Environment>()

  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    router.on(route.method, path, async (context: Context<Environment>) => {
      const { raw } = context.req
      const query = new URL(raw.url).searchParams
      const parameters = { ...noPathParameters, ...context.req.param() }
      const rawRoute = server.serve(route, parameters, query)
      const response = await handleFetch(rawRoute, raw, context.env.peer, maxBodyBytes)
      // Hono calls the GET handler for HEAD. The body is cancelled, because it would never be read.
      if (raw.method === 'HEAD') await response.body?.cancel()
      return response
    })
  }

  const paths = new Set(routes.map(({ path }) => path))
  for (const path of paths) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method)
    router.all(path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) => wrongMethod(context, methods))
  }
  for (const { paths: mounted, service } of mounts) {
    const handle = (context: Context<Environment>) =>
      service.fetch(context.req.raw, context.env.peer)
    for (const path of mounted) router.all(path, handle).all(`${path}/*`, handle)
  }

  const app = new Hono<Environment>()
  // Some hosts, such as Express, remove the base path before they call the service. Others do not.
  for (const base of new Set([basePath, ''])) app.route(base, router)

  app.notFound((context) => {
    const { method, path } = context.req
    const message = `No route for ${method} ${path.slice(0, 200)}. GET /openapi.json lists all routes.`
    return toWebErrorResponse(new McpError('not-found', message))
  })
  app.onError((error) => {
    if (!McpError.is(error)) onError(error)
    return toWebErrorResponse(error)
  })

  return (request: Request, peer?: Peer) => app.fetch(request, { peer })
}

function wrongMethod({ req: { method, path } }: Context, allowed: readonly string[]): Response {
  const methods = allowed.join(', ')
  const error = new McpError(
    'invalid-request',
    `No route for ${method} ${path.slice(0, 200)}. Use ${methods}.`,
  )
  const { headers, body } = errorResponse(error)
  return toWebResponse({ status: 405, headers: { ...headers, allow: methods }, body })
}
