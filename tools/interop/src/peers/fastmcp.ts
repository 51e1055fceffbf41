import { FastMCP } from 'fastmcp'

import { add, adding, port } from './adding.ts'

/** A server of fastmcp, as its README starts it: with sessions. */
const { name, description, inputSchema } = adding
const server = new FastMCP({ name: 'peer', version: '1.0.0' })
server.addTool({
  name,
  description,
  parameters: inputSchema,
  execute: async (args) => add(args),
})
await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1' } })
