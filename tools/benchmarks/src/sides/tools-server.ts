import { createServer } from 'node:http'

import { createNodeHandler } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** Ours: the tools server in a process of its own. */
serveSide(await listenOnLoopback(createServer(createNodeHandler(toolsServer()))))
