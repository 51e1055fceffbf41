import { createServer } from 'node:http'

import type { NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'

import { add, adding, port } from './adding.ts'

/** A server of version 2 of the SDK without sessions, on `node:http` as its README starts it. */
const handler = createMcpHandler(() => {
  const { name, ...definition } = adding
  const server = new McpServer({ name: 'peer', version: '1.0.0' })
  server.registerTool(name, definition, add)
  return server
})
const handle = toNodeHandler(handler)

const isHostAllowed = localhostHostValidation()
const isOriginAllowed = localhostOriginValidation()
const listener = createServer((request, response) => {
  if (isHostAllowed(request, response) && isOriginAllowed(request, response)) {
    void handle(request as NodeIncomingMessageLike, response)
  }
})
listener.listen(port, '127.0.0.1')
