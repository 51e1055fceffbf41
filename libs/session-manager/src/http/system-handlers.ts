import { jsonResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { Stores } from '../store/stores.ts'
import type { RouteHandler } from './route.ts'

export interface SystemHandlersOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'servers'>
  readonly stores: Pick<Stores, 'health'>
  readonly metrics: Metrics
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

export type SystemHandlers = Readonly<
  Record<'listServers' | 'health' | 'ready' | 'metrics', RouteHandler>
>

export function createSystemHandlers(options: SystemHandlersOptions): SystemHandlers {
  const { dispatcher, stores, metrics, assertOpen } = options

  return {
    async listServers() {
      return jsonResponse(200, { servers: await dispatcher.servers() })
    },
    health: () => jsonResponse(200, { status: 'ok' }),
    ready() {
      assertOpen()
      const { failure } = stores.health()
      if (failure !== undefined) throw new McpError('unavailable', failure)
      return jsonResponse(200, { status: 'ready' })
    },
    metrics: () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: metrics.render(),
    }),
  }
}
