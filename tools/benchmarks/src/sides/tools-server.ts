import { createServer } from 'node:http'

import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** The tools server in its own process. */
serveSide(await listenOnLoopback(createServer(createNodeHandler(toolsServer()))))
