import { jsonResponse } from '@mcp/http'

import type { Metrics } from '../metrics.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { SessionStore } from '../store/session-store.ts'
import type { RouteHandler } from './route.ts'

export interface SystemHandlersOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'servers'>
  readonly store: Pick<SessionStore, 'read'>
  readonly metrics: Metrics
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

export type SystemHandlers = Readonly<
  Record<'listServers' | 'health' | 'ready' | 'metrics', RouteHandler>
>

export function createSystemHandlers(options: SystemHandlersOptions): SystemHandlers {
  const { dispatcher, store, metrics, assertOpen } = options

  return {
    async listServers() {
      return jsonResponse(200, { servers: await dispatcher.servers() })
    },
    health: () => jsonResponse(200, { status: 'ok' }),
    async ready() {
      assertOpen()
      await store.read('readiness')
      return jsonResponse(200, { status: 'ready' })
    },
    metrics: () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: metrics.render(),
    }),
  }
}
