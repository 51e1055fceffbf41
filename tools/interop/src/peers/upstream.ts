import { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

import { add, adding } from './adding.ts'

/** A server of version 2 of the SDK over stdio, behind the gateways under comparison. */
const { name: _name, ...definition } = adding
const server = new McpServer({ name: 'upstream', version: '1.0.0' })
server.registerTool('sum', definition, add)
await server.connect(new StdioServerTransport())
