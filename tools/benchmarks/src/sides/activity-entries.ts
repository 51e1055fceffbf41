import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide, startHalves } from './serve-side.ts'

/** Two session managers whose requests do not come over HTTP, of which the second records no activity. */
async function start(limits: { readonly maxActivityEntries?: number }) {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const manager = createSessionManager({ dispatcher, ...limits })
  const { sessionId } = await manager.openSession()
  const payload = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
  /** Returns the CPU time of one of `count` requests, in nanoseconds. */
  return async (count: number): Promise<number> => {
    const before = process.cpuUsage()
    for (let index = 0; index < count; index++) {
      await manager.handle(sessionId, createRequest('tool-execution', payload))
    }
    const { user, system } = process.cpuUsage(before)
    return ((user + system) * 1000) / count
  }
}

const halves = await startHalves({
  with: () => start({}),
  without: () => start({ maxActivityEntries: 0 }),
})
serveSide(await listenOnLoopback(createServer()), halves)
