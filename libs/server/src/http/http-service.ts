import type { Authenticate, BodyLimits, RawResponse, Service } from '@mcp/http'
import type { CapabilityServer, Clock } from '@mcp/protocol'
import { createHeartbeats, jsonResponse, readJson } from '@mcp/http'
import { McpError, parseValue } from '@mcp/protocol'
import * as z from 'zod'

import { createAccessControl } from './access-control.ts'
import type { HttpRoute } from './http-routes.ts'
import { createHttpRoutes, noContent } from './http-routes.ts'
import { createInteractions } from '../events/interactions.ts'
import { createNotificationFeed } from '../events/notification-feed.ts'
import { createProcessRoute } from './process-route.ts'

export interface HttpServiceOptions {
  readonly server: CapabilityServer
  readonly serviceToken: string | undefined
  readonly authenticate: Authenticate | undefined
  readonly allowDirectCalls: boolean
  readonly limits: BodyLimits
  readonly maxReplayedNotifications: number
  readonly clock: Clock
  readonly onError: (thrown: unknown) => void
}

/** The HTTP service of one server. */
export interface HttpService extends Required<Pick<Service, 'fetch' | 'fastRoute'>> {
  /** Ends the notification streams, but does not close the server. */
  close(): void
}

/** Creates the HTTP routes of a server. */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const { server, limits, maxReplayedNotifications, clock } = options
  const access = createAccessControl({ ...options, name: server.name })
  const interactions = createInteractions()
  const heartbeats = createHeartbeats(clock)
  const feed = createNotificationFeed({
    source: server.source,
    subscribe: (listener) => server.subscribe(listener),
    maxReplayedNotifications,
    clock,
    heartbeats,
  })

  const processRoute = createProcessRoute({
    process: (request, context) => server.process(request, context),
    source: server.source,
    interactions,
    heartbeats,
    ...options,
  })

  const process: HttpRoute = {
    method: 'POST',
    path: '/process',
    access: 'caller',
    handlerFor: () => processRoute,
  }
  const notifications: HttpRoute = {
    method: 'GET',
    path: '/notifications',
    access: 'caller',
    isStream: true,
    handlerFor:
      () =>
      (request, { isInternal }) =>
        feed.open({ lastEventId: request.header('last-event-id'), isInternal }),
  }
  const routes: readonly HttpRoute[] = [
    process,
    notifications,
    {
      method: 'DELETE',
      path: '/sessions/:id',
      access: 'internal',
      handlerFor: (id) => async () => {
        await server.sessionClosed?.(id)
        return noContent
      },
    },
    {
      method: 'GET',
      path: '/capabilities',
      access: 'caller',
      handlerFor: () => async () => jsonResponse(200, await describeFlat(server)),
    },
    {
      method: 'GET',
      path: '/proof',
      access: 'internal',
      handlerFor: () => () => noContent,
    },
    ...['/health', '/ready'].map((path): HttpRoute => ({
      method: 'GET',
      path,
      access: 'public',
      handlerFor: () => () => reportHealth(server),
    })),
    {
      method: 'POST',
      path: '/interactions/:id',
      access: 'internal',
      handlerFor: (id) => (request) => {
        const received = parseValue('response', responseSchema(), readJson(request, limits))
        const { error, ...response } = received
        interactions.respond(id, error === undefined ? response : McpError.fromBody(error))
        return noContent
      },
    },
  ]
  const fastProcess = access.guard(process, process.handlerFor(''))
  const fastNotifications = access.guard(notifications, notifications.handlerFor(''))
  let routeRequest: Service['fetch'] | undefined

  return {
    fetch(request, peer) {
      // The routes are built on first use, because the session manager does not use HTTP for a
      // server in its own process.
      routeRequest ??= createHttpRoutes(routes, access, limits.maxBodyBytes)
      return routeRequest(request, peer)
    },
    fastRoute(method, path) {
      if (method === 'POST' && isPath(path, '/process')) return fastProcess
      if (method === 'GET' && isPath(path, '/notifications')) return fastNotifications
      return undefined
    },
    close: () => feed.close(),
  }
}

function isPath(path: string, expected: string): boolean {
  return path === expected || path.startsWith(`${expected}?`)
}

async function reportHealth(server: CapabilityServer): Promise<RawResponse> {
  const health = await server.health()
  return jsonResponse(health.state === 'unhealthy' ? 503 : 200, health)
}

/**
 * Returns the description of a server with three additional fields: the name of the server as
 * `server`, and the type and the target key of its first route as `type` and `target`.
 */
async function describeFlat(server: CapabilityServer) {
  const description = await server.describe()
  const [route] = description.routes
  return { server: server.name, type: route?.type, target: route?.targetKey, ...description }
}

const responseSchema = () =>
  z.object({
    action: z.enum(['accept', 'decline', 'cancel']),
    content: z.record(z.string(), z.unknown()).optional(),
    // The error of a caller that could not get a response, such as a timeout.
    error: z.unknown().optional(),
  })
