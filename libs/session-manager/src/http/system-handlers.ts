import { jsonResponse } from '@mcp/http'
import type { ServerListing } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { isOperator } from '../administration/admit-operator.ts'
import { hideLogins } from '../administration/hide-logins.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { Stores } from '../store/stores.ts'
import { createCatalogueDocument } from './catalogue-document.ts'
import type { RouteHandler } from './route.ts'
import { callerOf } from './route.ts'

export interface SystemHandlersOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'servers'>
  readonly stores: Pick<Stores, 'health'>
  /** Names of the authenticated callers that see the addresses of logins. */
  readonly operators: readonly string[]
  readonly isAuthenticated: boolean
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

export type SystemHandlers = Readonly<Record<'listServers' | 'health' | 'ready', RouteHandler>>

export function createSystemHandlers(options: SystemHandlersOptions): SystemHandlers {
  const { dispatcher, stores, assertOpen, isAuthenticated } = options
  const operators = new Set(options.operators)

  const document = createCatalogueDocument<ServerListing>({
    encode: (servers) => ({ servers }),
    partsOf: ({ health, status, ...description }) => [
      JSON.stringify([health, status]),
      ...Object.values(description),
    ],
  })

  return {
    async listServers(call) {
      const servers = await dispatcher.servers(callerOf(call))
      const { request, owner } = call
      const seesLogins = isOperator({ request, owner, isAuthenticated }, operators)
      return document.respond(seesLogins ? servers : hideLogins(servers), request)
    },
    health: () => jsonResponse(200, { status: 'ok' }),
    async ready() {
      assertOpen()
      const servers = await dispatcher.servers()
      const failure = stores.health().failure ?? noHealthyServer(servers)
      if (failure !== undefined) throw new McpError('unavailable', failure)
      // This route needs no token, so it returns only the names of degraded servers. A reason can contain an
      // address or a user name.
      const degraded = servers.filter(({ health }) => health.state !== 'healthy')
      if (degraded.length === 0) return jsonResponse(200, { status: 'ready' })
      return jsonResponse(200, { status: 'ready', degraded: degraded.map(({ name }) => name) })
    },
  }
}

/**
 * Returns the problem if all servers are unhealthy. No request can succeed then, so the problem includes the
 * reason of each server, which an operator needs.
 */
function noHealthyServer(servers: readonly ServerListing[]): string | undefined {
  const isUsable = ({ health }: ServerListing): boolean => health.state !== 'unhealthy'
  if (servers.length === 0 || servers.some(isUsable)) return undefined
  const reasons = servers.map(({ name, health }) => `${name}: ${health.reason ?? health.state}`)
  return `No server is healthy. ${reasons.join(' ')}`
}
