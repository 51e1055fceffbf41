import { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

/** What the server has received. */
export interface Counts {
  calls: number
}

/** Creates a server that counts its calls. The tool `wait` never responds. */
export function createCountingServer(counts: Counts): McpServer {
  const server = new McpServer({ name: 'counting', version: '1.0.0' })
  server.registerTool('count', { description: 'Counts.', inputSchema: z.object({}) }, () => {
    counts.calls += 1
    return { content: [{ type: 'text', text: String(counts.calls) }] }
  })
  server.registerTool(
    'wait',
    { description: 'Never responds.', inputSchema: z.object({}) },
    async (_args, context) => {
      counts.calls += 1
      const { _meta } = context.mcpReq
      // The notification starts the event stream of the response.
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: _meta?.progressToken ?? 0, progress: 1 },
      })
      return new Promise(() => {})
    },
  )
  return server
}
