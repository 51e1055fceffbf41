import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/**
 * Two session managers in one process, so that both have the same machine code and heap: the first records
 * activity, the second does not. The command `portWithout` returns the port of the second.
 */
async function start(limits: { readonly maxActivityEntries?: number }): Promise<number> {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher, limits })
  return listenOnLoopback(createServer(createNodeHandler(sessionManager)))
}

const portWithout = await start({ maxActivityEntries: 0 })
serveSide(await start({}), { portWithout: () => portWithout })
