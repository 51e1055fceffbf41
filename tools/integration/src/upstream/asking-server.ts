import { acceptedContent, inputRequired, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

/** Creates a server whose tools ask the client, in both eras of the protocol. */
export function createAskingServer(): McpServer {
  const server = new McpServer({ name: 'asking', version: '1.0.0' })
  server.registerTool(
    'echo',
    { description: 'Returns the text.', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => ({ content: [{ type: 'text', text }] }),
  )
  server.registerTool(
    'name',
    { description: 'Asks for a name.', inputSchema: z.object({}) },
    (_args, context) => {
      const { inputResponses } = context.mcpReq
      const accepted = acceptedContent<{ name: string }>(inputResponses, 'name')
      if (accepted !== undefined) {
        return { content: [{ type: 'text', text: `Hello ${accepted.name}` }] }
      }
      return inputRequired({
        inputRequests: {
          name: inputRequired.elicit({
            message: 'Name?',
            requestedSchema: {
              type: 'object',
              properties: { name: { type: 'string' } },
              required: ['name'],
            },
          }),
        },
      })
    },
  )
  server.registerTool(
    'sample',
    { description: 'Asks a model.', inputSchema: z.object({}) },
    (_args, context) => {
      const response = context.mcpReq.inputResponses?.['message']
      if (response !== undefined) {
        return { content: [{ type: 'text', text: JSON.stringify(response) }] }
      }
      return inputRequired({
        inputRequests: {
          message: inputRequired.createMessage({
            messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }],
            maxTokens: 10,
          }),
        },
      })
    },
  )
  server.registerTool(
    'roots',
    { description: 'Lists the roots.', inputSchema: z.object({}) },
    (_args, context) => {
      const response = context.mcpReq.inputResponses?.['roots']
      if (response !== undefined) {
        return { content: [{ type: 'text', text: JSON.stringify(response) }] }
      }
      return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } })
    },
  )
  server.registerPrompt(
    'greet',
    { title: 'Greet', argsSchema: z.object({ name: z.string() }) },
    ({ name }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Hello ${name}` } }],
    }),
  )
  server.registerResource('a', 'file:///a.txt', { mimeType: 'text/plain' }, ({ href }) => ({
    contents: [{ uri: href, text: 'content of a', _meta: { 'example.org/z': 3 } }],
  }))
  return server
}
