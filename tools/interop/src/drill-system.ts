import { once } from 'node:events'

import { createDispatcher } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import type { NodeHandlerOptions } from '@mcp/node'
import { defineServer } from '@mcp/server'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import type { Express } from 'express'

import { startBreakableProxy } from './breakable-proxy.ts'
import { drill } from './drill.ts'
import { listenOnLoopback } from './listening.ts'

/** A session manager under `/mcp-sessions` of an Express app, behind connections that can be cut. */
export interface DrillSystem extends AsyncDisposable {
  /** URL of the app. The session manager is at `/mcp-sessions`. */
  readonly url: string
}

/**
 * Mounts a session manager with the tools server and the drill server in an app, and starts the app behind a
 * proxy.
 */
export async function startDrillSystem(
  app: Express,
  options?: NodeHandlerOptions,
): Promise<DrillSystem> {
  let cut = (): void => {}
  const runs = new Map<string | undefined, number>()
  const drillServer = defineServer(drill, {
    async count({ to }, { progress, chunk, notify }) {
      for (let counted = 1; counted <= to; counted++) {
        progress({ progress: counted, total: to })
        chunk({ word: `number ${counted}` })
      }
      notify('drill-counted', { to })
      return { counted: to }
    },
    cut(_params, { sessionId }) {
      const count = (runs.get(sessionId) ?? 0) + 1
      runs.set(sessionId, count)
      cut()
      return { runs: count }
    },
    async wait(_params, { notify, signal }) {
      notify('drill-waiting', {})
      await once(signal, 'abort')
      notify('drill-cancelled', {})
      return {}
    },
  })
  const tools = toolsServer()
  const dispatcher = createDispatcher({ servers: [tools, drillServer] })
  const sessionManager = createSessionManager({ dispatcher })
  app.use('/mcp-sessions', createNodeHandler(sessionManager, options))
  const listening = await listenOnLoopback(app)
  const proxy = await startBreakableProxy(listening.port)
  cut = proxy.cut

  return {
    url: proxy.url,
    async [Symbol.asyncDispose]() {
      await sessionManager.close()
      await dispatcher.close()
      await tools.close()
      await drillServer.close()
      await proxy[Symbol.asyncDispose]()
      await listening[Symbol.asyncDispose]()
    },
  }
}
