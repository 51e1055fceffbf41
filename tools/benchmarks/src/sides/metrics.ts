import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { createMetrics, createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide, startHalves } from './serve-side.ts'

/** Two session managers in one process: one counts metrics as the apps do, the other does not. */
async function start(metrics?: Awaited<ReturnType<typeof createMetrics>>): Promise<number> {
  const dispatcher = createDispatcher({ servers: [toolsServer()], metrics })
  const sessionManager = createSessionManager({ dispatcher, metrics })
  return listenOnLoopback(createServer(createNodeHandler(sessionManager)))
}

const ports = await startHalves({
  with: async () => start(await createMetrics({ hasProcessMetrics: true })),
  without: () => start(),
})
serveSide(ports.with, { portWithout: () => ports.without })
