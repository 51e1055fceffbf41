import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** A session manager with a tools server. If a port is given, it uses the tools server at that port. */
const toolsPort = process.argv[2]
const tools =
  toolsPort === undefined
    ? toolsServer()
    : remoteServer({ name: 'tools', url: `http://127.0.0.1:${toolsPort}` })
const dispatcher = createDispatcher({ servers: [tools] })
const sessionManager = createSessionManager({ dispatcher })
const server = createServer(createNodeHandler(sessionManager))

let published = 0

serveSide(await listenOnLoopback(server), {
  // Publishes `count` notifications to all sessions, one per turn of the event loop.
  async publish(count) {
    for (let index = 0; index < count; index++) {
      await sessionManager.publish('all', {
        // Each notification has its own id, because the log ignores a repeated id.
        id: `ntf-${published++}`,
        timestamp: new Date().toISOString(),
        type: 'benchmark-note',
        data: { index, text: 'x'.repeat(100) },
        metadata: { version: '1.0', source: 'benchmark' },
      })
      await new Promise((next) => setImmediate(next))
    }
    return count
  },
})
