import type { Authenticate, Service } from '@mcp/http'
import type { Clock, ServerDescription } from '@mcp/protocol'

import type { ServerAdministration } from '../administration/server-administration.ts'
import { createServerHandlers } from '../administration/server-handlers.ts'
import type { EventStreams } from '../events/event-streams.ts'
import type { Notifications } from '../events/notifications.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { Interactions } from '../requests/interactions.ts'
import type { StreamResponse } from '../requests/request-stream.ts'
import type { Requests } from '../requests/requests.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Stores } from '../store/stores.ts'
import type { SessionBodyLimits } from './body-schemas.ts'
import type { CatalogueDocument } from './catalogue-document.ts'
import { createCatalogueDocument } from './catalogue-document.ts'
import type { Activity } from '../activity/activity.ts'
import { createActivityHandlers } from '../activity/activity-handlers.ts'
import { createEventHandlers } from './event-handlers.ts'
import { createFastRoute } from './fast-route.ts'
import { createOpenApi } from './openapi.ts'
import { createRequestHandlers } from './request-handlers.ts'
import type { RouteServer } from './route-server.ts'
import type { Mount } from './mount.ts'
import { callerOf } from './route.ts'
import { createRouter } from './router.ts'
import { createRoutes } from './routes.ts'
import { createSessionHandlers } from './session-handlers.ts'
import { createSystemHandlers } from './system-handlers.ts'

export interface HttpApiOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'descriptions' | 'servers'>
  readonly stores: Pick<Stores, 'sessions' | 'signals' | 'health'>
  readonly sessions: Sessions
  readonly requests: Requests
  readonly streamResponse: StreamResponse
  readonly interactions: Interactions
  readonly notifications: Notifications
  readonly streams: EventStreams
  readonly activity: Activity
  readonly authenticate: Authenticate | undefined
  readonly server: RouteServer
  readonly clock: Clock
  readonly limits: SessionBodyLimits
  /** Empty, or a path with a leading slash and without a trailing slash. */
  readonly basePath: string
  readonly mounts: readonly Mount[]
  readonly administration: ServerAdministration | undefined
  /** Names of the authenticated callers that may change servers. */
  readonly operators: readonly string[]
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
  readonly onError: (error: unknown) => void
}

const maxPrefixes = 4

/** Creates the HTTP API: the router for `fetch` and the fast path for hosts that support it. */
export function createHttpApi(options: HttpApiOptions): Required<Omit<Service, 'close'>> {
  const { dispatcher, stores, server, basePath, limits, mounts, authenticate, onError } = options
  const isAuthenticated = authenticate !== undefined
  const openApis = new Map<string, CatalogueDocument<ServerDescription>>()
  const routes = createRoutes({
    sessions: createSessionHandlers({ ...options, store: stores.sessions }),
    requests: createRequestHandlers({ ...options, signals: stores.signals, fail: server.fail }),
    events: createEventHandlers({ ...options, store: stores.sessions }),
    activity: createActivityHandlers(options),
    system: createSystemHandlers({ ...options, isAuthenticated }),
    servers: createServerHandlers({ ...options, isAuthenticated }),
    openApi: (table, call) => {
      const { request } = call
      const { pathPrefix = '' } = request.peer
      let document = openApis.get(pathPrefix)
      if (document === undefined) {
        document = createCatalogueDocument({
          encode: (servers) =>
            createOpenApi({
              routes: table,
              servers,
              basePath,
              pathPrefix,
              isAuthenticated,
            }),
          partsOf: ({ operations }) => [operations],
        })
        // A proxy normally sends one prefix. The bound limits the memory if a proxy passes on prefixes that
        // callers choose.
        if (openApis.size >= maxPrefixes) openApis.clear()
        openApis.set(pathPrefix, document)
      }
      return document.respond(dispatcher.descriptions(callerOf(call)), request)
    },
  })
  const { maxBodyBytes } = limits
  const fetch = createRouter({ routes, server, basePath, maxBodyBytes, mounts, onError })

  return {
    fetch: async (request, peer) => fetch(request, peer),
    fastRoute: withMounts(createFastRoute(routes, server, basePath), mounts),
    maxBodyBytes,
  }
}

/** Adds the fast routes of the mounts. A fast route of the session manager takes precedence. */
function withMounts(
  ownRoute: NonNullable<Service['fastRoute']>,
  mounts: readonly Mount[],
): NonNullable<Service['fastRoute']> {
  const fastRoutes = mounts.flatMap(({ service }) => service.fastRoute ?? [])
  if (fastRoutes.length === 0) return ownRoute
  return (method, path) => {
    const route = ownRoute(method, path)
    if (route !== undefined) return route
    for (const fastRoute of fastRoutes) {
      const found = fastRoute(method, path)
      if (found !== undefined) return found
    }
    return undefined
  }
}
