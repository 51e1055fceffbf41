import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import { internetServer } from '@mcp/server-internet'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createRedisStores } from '@mcp/store-redis'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** A session manager on Redis, with its servers in the same process. */
const stores = await createRedisStores(process.argv[2] ?? '')
const dispatcher = createDispatcher({ servers: [toolsServer(), internetServer()] })
const sessionManager = createSessionManager({ dispatcher, stores })
serveSide(await listenOnLoopback(createServer(createNodeHandler(sessionManager))))
