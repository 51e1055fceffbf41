import type { BodyLimits, RawHandler, Service } from '@mcp/http'
import type { CapabilityServer, Clock } from '@mcp/protocol'
import {
  createHeartbeats,
  createServiceAuth,
  errorResponse,
  jsonResponse,
  readJson,
} from '@mcp/http'
import { parseValue } from '@mcp/protocol'
import * as z from 'zod'

import type { HttpRoute } from './http-routes.ts'
import { createHttpRoutes, noContent } from './http-routes.ts'
import { createInteractions } from '../events/interactions.ts'
import { createNotificationFeed } from '../events/notification-feed.ts'
import { createProcessRoute } from './process-route.ts'
import { internalCallersOnly } from './internal-caller.ts'

export interface HttpServiceOptions {
  readonly server: CapabilityServer
  readonly serviceToken: string | undefined
  readonly limits: BodyLimits
  readonly maxReplayedNotifications: number
  readonly clock: Clock
  readonly onError: (thrown: unknown) => void
}

/** The HTTP service of one server. */
export interface HttpService extends Required<Omit<Service, 'close'>> {
  /** Ends the notification streams. It does not close the server. */
  close(): void
}

/** Creates the HTTP routes of a server. */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const { server, serviceToken, limits, maxReplayedNotifications, clock, onError } = options
  const isInternalCaller = createServiceAuth({ serviceToken })
  const interactions = createInteractions()
  const heartbeats = createHeartbeats(clock)
  const feed = createNotificationFeed({
    source: server.source,
    subscribe: (listener) => server.subscribe(listener),
    maxReplayedNotifications,
    clock,
    heartbeats,
  })

  const process = createProcessRoute({
    process: (request, context) => server.process(request, context),
    source: server.source,
    isInternalCaller,
    interactions,
    limits,
    clock,
    heartbeats,
    onError,
  })

  const notifications: RawHandler = (request) => {
    try {
      const lastEventId = request.header('last-event-id')
      return feed.open({ lastEventId, isInternal: isInternalCaller(request) })
    } catch (thrown) {
      return errorResponse(thrown)
    }
  }

  const routes: readonly HttpRoute[] = [
    { method: 'POST', path: '/process', handlerFor: () => process },
    { method: 'GET', path: '/notifications', handlerFor: () => notifications, isStream: true },
    {
      method: 'DELETE',
      path: '/sessions/:id',
      handlerFor: (id) => async (request) => {
        if (!isInternalCaller(request)) throw internalCallersOnly('Closing a session')
        await server.sessionClosed?.(id)
        return noContent
      },
    },
    {
      method: 'GET',
      path: '/capabilities',
      handlerFor: () => async () => jsonResponse(200, await describeFlat(server)),
    },
    {
      method: 'GET',
      path: '/health',
      handlerFor: () => async () => {
        const health = await server.health()
        return jsonResponse(health.state === 'unhealthy' ? 503 : 200, health)
      },
    },
    {
      method: 'POST',
      path: '/interactions/:id',
      handlerFor: (id) => (request) => {
        if (!isInternalCaller(request)) throw internalCallersOnly('Responding to an interaction')
        interactions.respond(
          id,
          parseValue('response', responseSchema(), readJson(request, limits)),
        )
        return noContent
      },
    },
  ]
  let routeRequest: Service['fetch'] | undefined

  return {
    fetch(request, peer) {
      // Built on first use: the session manager does not use HTTP for a server in its own process.
      routeRequest ??= createHttpRoutes(routes, limits.maxBodyBytes)
      return routeRequest(request, peer)
    },
    fastRoute(method, path) {
      if (method === 'POST' && isPath(path, '/process')) return process
      if (method === 'GET' && isPath(path, '/notifications')) return notifications
      return undefined
    },
    close: () => feed.close(),
  }
}

function isPath(path: string, expected: string): boolean {
  return path === expected || path.startsWith(`${expected}?`)
}

/** Returns the description, with the server's name and its first type and target key at the top. */
async function describeFlat(server: CapabilityServer) {
  const description = await server.describe()
  const [route] = description.routes
  return { server: server.name, type: route?.type, target: route?.targetKey, ...description }
}

const responseSchema = () =>
  z.object({
    action: z.enum(['accept', 'decline', 'cancel']),
    content: z.record(z.string(), z.unknown()).optional(),
  })
