import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { McpServer, StreamableHttpTransport } from 'mcp-lite'
import * as z from 'zod'

import { add, adding, port } from './adding.ts'

/** A server of mcp-lite, as its README starts it: without sessions. */
const { name, ...definition } = adding
const server = new McpServer({
  name: 'peer',
  version: '1.0.0',
  schemaAdapter: (schema) => z.toJSONSchema(schema as z.ZodType),
})
server.tool(name, { ...definition, handler: add })

const handle = new StreamableHttpTransport().bind(server)
const app = new Hono()
app.all('/mcp', (context) => handle(context.req.raw))
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
