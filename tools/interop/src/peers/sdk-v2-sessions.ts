import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
} from '@modelcontextprotocol/node'
import { McpServer } from '@modelcontextprotocol/server'

import { add, adding, port } from './adding.ts'

/** A server of version 2 of the SDK with sessions, on `node:http` as its README starts it. */
const sessions = new Map<string, NodeStreamableHTTPServerTransport>()

async function openTransport(): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  })
  const { name, ...definition } = adding
  const server = new McpServer({ name: 'peer', version: '1.0.0' })
  server.registerTool(name, definition, add)
  await server.connect(transport)
  return transport
}

const isHostAllowed = localhostHostValidation()
const isOriginAllowed = localhostOriginValidation()
const listener = createServer(async (request, response) => {
  if (!isHostAllowed(request, response) || !isOriginAllowed(request, response)) return
  const id = request.headers['mcp-session-id']
  const transport = sessions.get(String(id)) ?? (await openTransport())
  await transport.handleRequest(request, response)
})
listener.listen(port, '127.0.0.1')
