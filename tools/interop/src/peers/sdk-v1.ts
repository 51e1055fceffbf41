import { randomUUID } from 'node:crypto'

import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'

import { add, adding, port } from './adding.ts'

/** A server of version 1 of the SDK, as its example with sessions starts it, but without an event store. */
const sessions = new Map<string, StreamableHTTPServerTransport>()

async function openTransport(): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  })
  const { name, inputSchema, outputSchema, description } = adding
  const server = new McpServer({ name: 'peer', version: '1.0.0' })
  server.registerTool(name, { description, inputSchema, outputSchema }, add)
  await server.connect(transport)
  return transport
}

const app = createMcpExpressApp()
app.post('/mcp', async (request, response) => {
  const id = request.headers['mcp-session-id']
  const known = sessions.get(String(id))
  if (known === undefined && !isInitializeRequest(request.body)) {
    response.status(404).end()
    return
  }
  const transport = known ?? (await openTransport())
  await transport.handleRequest(request, response, request.body)
})
app.listen(port, '127.0.0.1')
