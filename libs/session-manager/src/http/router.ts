import { handleFetch, toWebErrorResponse, jsonResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { RawHandler, Peer } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Core } from '../core.ts'
import type { Handlers } from './handlers.ts'

/** A further handler under the same roof, such as `/mcp`. */
export interface Mount {
  /** The path it answers, with everything below, such as `/mcp`. */
  readonly path: string
  fetch(request: Request, peer?: Peer): MaybePromise<Response>
}

export interface RouterOptions {
  /** The path it is mounted under; callers' paths may come with it or without. */
  readonly basePath: string
  readonly maxBodyBytes: number
  readonly mounts: readonly Mount[]
  readonly openApi: () => Promise<unknown>
}

interface Environment {
  Bindings: { peer: Peer | undefined }
}

/** All routes, for `fetch`. */
export function createRouter(core: Core, handlers: Handlers, options: RouterOptions) {
  const { basePath, maxBodyBytes, mounts, openApi } = options
  const routes = new Hono<Environment>()

  function on(
    method: string,
    path: string,
    handlerFor: (parameter: (name: string) => string, query: URLSearchParams) => RawHandler,
  ): void {
    routes.on(method, path, async (context: Context<Environment>) => {
      const parameter = (name: string): string => context.req.param(name) ?? ''
      const query = new URL(context.req.url).searchParams
      const handler = handlerFor(parameter, query)
      const { raw } = context.req
      const response = await handleFetch(handler, raw, context.env.peer, maxBodyBytes)
      // The router asks a GET for the head of its answer; nobody would ever read the body.
      if (raw.method === 'HEAD') await response.body?.cancel()
      return response
    })
  }

  on('POST', '/sessions', () => handlers.openSession())
  on('GET', '/sessions', (_, query) => handlers.listSessions(query))
  on('GET', '/sessions/:id', (parameter) => handlers.readSession(parameter('id')))
  on('DELETE', '/sessions/:id', (parameter) => handlers.closeSession(parameter('id')))
  on('POST', '/sessions/:id/requests', (parameter) => handlers.postRequest(parameter('id')))
  on('DELETE', '/sessions/:id/requests/:request', (parameter) =>
    handlers.cancelRequest(parameter('id'), parameter('request')),
  )
  on('GET', '/sessions/:id/events', (parameter, query) =>
    handlers.openStream(parameter('id'), query),
  )
  on('POST', '/sessions/:id/notifications', (parameter) => handlers.notifySession(parameter('id')))
  on('POST', '/sessions/:id/interactions/:interaction', (parameter) =>
    handlers.answerInteraction(parameter('id'), parameter('interaction')),
  )
  on('POST', '/notifications', () => handlers.notifyAll())
  on('GET', '/servers', () => handlers.listServers())
  on('GET', '/openapi.json', () => handlers.guard(async () => jsonResponse(200, await openApi())))
  on('GET', '/health', () => handlers.guard(() => jsonResponse(200, { status: 'ok' })))
  on('GET', '/ready', () =>
    handlers.guard(async () => {
      if (core.isClosing) throw new McpError('unavailable', 'The session manager is closing.')
      await core.store.read('readiness')
      return jsonResponse(200, { status: 'ready' })
    }),
  )
  on('GET', '/metrics', () =>
    handlers.guard(() => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: core.metrics.render(),
    })),
  )

  for (const mount of mounts) {
    const answer = (context: Context<Environment>) => mount.fetch(context.req.raw, context.env.peer)
    routes.all(mount.path, answer)
    routes.all(`${mount.path}/*`, answer)
  }

  const app = new Hono<Environment>()
  // Some hosts take the base path off before they call, as Express does, and some leave it.
  for (const base of new Set([basePath, ''])) app.route(base, routes)

  app.notFound((context) => {
    const { method, path } = context.req
    const message = `Nothing answers ${method} ${path.slice(0, 200)}. GET /openapi.json lists what does.`
    return toWebErrorResponse(new McpError('not-found', message))
  })
  app.onError((error) => {
    if (!McpError.is(error)) core.onError(error)
    return toWebErrorResponse(error)
  })

  return (request: Request, peer?: Peer) => app.fetch(request, { peer })
}
