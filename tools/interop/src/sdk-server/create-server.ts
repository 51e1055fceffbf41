import type { RequestStateCodec } from '@modelcontextprotocol/server'
import {
  completable,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import * as z from 'zod'

import type { PromptName, ToolName } from '../../../conformance/src/fixture/catalogue.ts'
import {
  prompts,
  resources,
  template,
  toolEntries,
} from '../../../conformance/src/fixture/catalogue.ts'
import { forms, promptContents, templateText } from '../../../conformance/src/fixture/content.ts'
import { createTools, elicit } from './tools.ts'

export interface SdkServerOptions {
  readonly change: (list: 'tools' | 'prompts') => void
  readonly state: RequestStateCodec<{ step: number }>
}

/** Creates the fixture with the SDK: one server for each legacy session or modern request. */
export function createSdkServer(options: SdkServerOptions): McpServer {
  const server = new McpServer(
    { name: 'conformance', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: options.state.verify },
    },
  )
  const handlers = createTools(options)
  for (const [name, { description, inputSchema = { type: 'object' } }] of toolEntries) {
    server.registerTool(
      name,
      { description, inputSchema: fromJsonSchema<Record<string, unknown>>(inputSchema) },
      handlers[name as ToolName],
    )
  }
  registerResources(server)
  for (const [name, prompt] of Object.entries(prompts)) {
    registerPrompt(server, name as PromptName, prompt)
  }
  return server
}

function registerResources(server: McpServer): void {
  for (const [uri, { name, description, mimeType, ...content }] of Object.entries(resources)) {
    server.registerResource(name, uri, { description, mimeType }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }))
  }
  const { name, uriTemplate, description, mimeType } = template
  server.registerResource(
    name,
    new ResourceTemplate(uriTemplate, { list: undefined }),
    { description, mimeType },
    (uri, { id }) => ({ contents: [{ uri: uri.href, mimeType, text: templateText(String(id)) }] }),
  )
  // The handlers do nothing, because no resource of this server changes.
  server.server.setRequestHandler('resources/subscribe', () => ({}))
  server.server.setRequestHandler('resources/unsubscribe', () => ({}))
}

function registerPrompt(
  server: McpServer,
  name: PromptName,
  { description, arguments: names }: { description: string; arguments: readonly string[] },
): void {
  const shape = names.map((each) => [each, completable(z.string(), () => [])] as const)
  server.registerPrompt(
    name,
    { description, ...(names.length > 0 && { argsSchema: z.object(Object.fromEntries(shape)) }) },
    (...received: readonly unknown[]) => {
      const args = names.length > 0 ? (received[0] as Record<string, unknown>) : {}
      const context = received.at(-1) as Parameters<Parameters<McpServer['registerPrompt']>[2]>[1]
      const answer = inputResponse(context.mcpReq.inputResponses, 'user_context')
      if (name === 'test_input_required_result_prompt' && answer.kind !== 'elicit') {
        const request = elicit('What context should the prompt use?', forms.context)
        return inputRequired({ inputRequests: { user_context: request } })
      }
      const values = answer.kind === 'elicit' ? (answer.content ?? {}) : args
      return {
        messages: promptContents[name](values).map((content) => ({ role: 'user', content })),
      }
    },
  )
}
