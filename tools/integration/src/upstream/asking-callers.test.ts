import { createRequest } from '@mcp/protocol'
import type { InteractionRequest, InteractionResponse, RequestContext } from '@mcp/protocol'
import { inputRequired, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'
import { describe, expect, it } from 'vitest'

import { createAskingServer } from './asking-server.ts'
import type { Era } from './upstream-hub.ts'
import { entryOf, inProcess, startUpstreamHub } from './upstream-hub.ts'

/** Creates a server that sends its user to a page. */
function createPageServer(): McpServer {
  const server = new McpServer({ name: 'page', version: '1.0.0' })
  server.registerTool('pay', { description: 'Pays.', inputSchema: z.object({}) }, (_args, call) => {
    const response = call.mcpReq.inputResponses?.['page']
    if (response !== undefined) {
      return { content: [{ type: 'text', text: JSON.stringify(response) }] }
    }
    return inputRequired({
      inputRequests: {
        page: inputRequired.elicitUrl({ message: 'Pay here', url: 'https://example.org/pay?id=1' }),
      },
    })
  })
  return server
}

const eras: readonly Era[] = ['legacy', 'modern']
const combinations = eras.flatMap((client) => eras.map((server) => [client, server] as const))

it.each(combinations)(
  'sends the user of a %s client to the page of a %s server',
  async (clientEra, upstreamEra) => {
    const createTransport = inProcess(createPageServer, upstreamEra)
    await using hub = await startUpstreamHub([{ entry: entryOf('shop'), createTransport }])
    const received: unknown[] = []
    const capabilities = { elicitation: { form: {}, url: {} } }
    const client = await hub.connect(clientEra, { capabilities }, (created) => {
      created.setRequestHandler('elicitation/create', ({ params }) => {
        received.push(params)
        return { action: 'accept' }
      })
    })
    const { content } = await client.callTool({ name: 'shop_pay', arguments: {} })
    expect(JSON.stringify(content)).toContain('accept')
    expect(received).toMatchObject([
      { mode: 'url', message: 'Pay here', url: 'https://example.org/pay?id=1' },
    ])
  },
)

describe.each(eras)('our own protocol as the client of a %s server', (era) => {
  async function call(
    operation: string,
    create: () => McpServer,
    ask: RequestContext['ask'],
  ): Promise<unknown> {
    const createTransport = inProcess(create, era)
    await using hub = await startUpstreamHub([{ entry: entryOf('asking'), createTransport }])
    const payload = { tool: 'asking', operation, params: {} }
    return await hub.dispatcher.dispatch(createRequest('tool-execution', payload), { ask })
  }

  it('receives forms and pages as interactions', async () => {
    const asked: InteractionRequest[] = []
    const ask = async (question: InteractionRequest): Promise<InteractionResponse> => {
      asked.push(question)
      return { action: 'accept', content: { name: 'Ann' } }
    }
    expect(JSON.stringify(await call('name', createAskingServer, ask))).toContain('Hello Ann')
    expect(JSON.stringify(await call('pay', createPageServer, ask))).toContain('accept')
    expect(asked).toMatchObject([
      { kind: 'elicitation', message: 'Name?', schema: { required: ['name'] } },
      { kind: 'elicitation', url: 'https://example.org/pay?id=1' },
    ])
  })

  it('declines on behalf of a user who declined', async () => {
    const ask = async (): Promise<InteractionResponse> => ({ action: 'decline' })
    expect(JSON.stringify(await call('pay', createPageServer, ask))).toContain('decline')
  })

  it('reports that no model and no roots are available, without a question', async () => {
    const ask = async (): Promise<InteractionResponse> => {
      throw new Error('The caller must not be asked.')
    }
    for (const operation of ['sample', 'roots']) {
      const text = JSON.stringify(await call(operation, createAskingServer, ask))
      expect(text).not.toContain('must not be asked')
      expect(text).toMatch(/sampling|roots/)
    }
  })
})
