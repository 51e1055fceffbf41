import type { InteractionRequest, InteractionResponse, RequestContext } from '@mcp/protocol'
import { createRequest, McpError } from '@mcp/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import type { Exchange } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'
import { createSampleServer, describeSample, success } from '../fixtures/sample-server.ts'
import { remoteServer as nodeRemoteServer } from './node-remote-server.ts'
import { remoteServer as portableRemoteServer } from './remote-server.ts'

const request = createRequest('tool-execution', { tool: 'x', operation: 'ask' }, { id: 'r-1' })
const description = {
  ...createSampleServer({ operations: [describeSample('ask', { interactive: true })] }).describe(),
  server: 'tools',
}

describe.each([
  ['fetch', portableRemoteServer],
  ['undici', nodeRemoteServer],
])('the context of a request over %s', (_name, remoteServer) => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function connect(handle: (exchange: Exchange) => void) {
    const server = await startHttpServer((exchange) => {
      if (exchange.request.url === '/capabilities') exchange.json(description)
      else handle(exchange)
    })
    const remote = remoteServer({ name: 'tools', url: server.url })
    closers.push(
      () => server.close(),
      () => remote.close(),
    )
    await remote.describe()
    return (context: Partial<RequestContext>) =>
      remote.process(request, {
        signal: new AbortController().signal,
        deadline: Date.now() + 5000,
        ...context,
      })
  }

  /** Returns the headers that the server receives. */
  async function headersFor(context: Partial<RequestContext>): Promise<unknown> {
    const send = await connect(({ request: { headers }, json }) =>
      json(success(request, { headers })),
    )
    const response = await send(context)
    return response.status === 'success' ? response.data['headers'] : response.error
  }

  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

  it('sends the client, the size limit of results and the trace in headers', async () => {
    const client = { capabilities: { sampling: {} }, logLevel: 'info' } as const
    const trace = { traceparent, tracestate: 'a=1,b=2' }
    expect(await headersFor({ client, resultBytes: 1_048_576, trace })).toMatchObject({
      'mcp-context-client': '{"capabilities":{"sampling":{}},"logLevel":"info"}',
      'mcp-context-result-bytes': '1048576',
      traceparent,
      tracestate: 'a=1,b=2',
    })
  })

  it.each<[string, Partial<RequestContext>]>([
    ['none of them', {}],
    ['a malformed trace', { trace: { traceparent: 'x\r\nforged: 1', tracestate: 'a=1' } }],
  ])('sends no such header for %s', async (_what, context) => {
    const headers = await headersFor(context)
    expect(headers).toMatchObject({ accept: 'application/json' })
    expect(JSON.stringify(headers)).not.toMatch(/client|result-bytes|trace|forged/)
  })

  it('sends a client of any length and with any characters', async () => {
    const info = { name: 'Änne\r\nforged: 1', version: '🦊' }
    const extensions = { long: 'x'.repeat(100_000) }
    for (const capabilities of [{}, { extensions }]) {
      const headers = await headersFor({ client: { capabilities, info } })
      expect(headers).toMatchObject({ 'mcp-context-client': expect.any(String) })
      expect(headers).not.toHaveProperty('forged')
    }
  })

  it.each<[string, Partial<RequestContext>, object]>([
    ['the principal', { principal: 'ann', address: '::1' }, { 'mcp-context-principal': 'ann' }],
    [
      'the address',
      { address: '2001:db8::/64' },
      { 'mcp-context-address': '2001%3Adb8%3A%3A%2F64' },
    ],
  ])('sends %s of a caller without a session', async (_what, context, expected) => {
    const headers = await headersFor(context)
    expect(headers).toMatchObject(expected)
    expect(headers).not.toHaveProperty('mcp-context-session')
  })

  it('passes log messages to a caller that receives events', async () => {
    const log = { requestId: 'r-1', level: 'warning', data: { disk: 'full' }, logger: 'storage' }
    const send = await connect(({ response, stream, event }) => {
      stream()
      event('log', { type: 'log', data: log })
      event('response', success(request, {}))
      response.end()
    })
    const events: unknown[] = []
    await send({ onEvent: (event) => events.push(event) })
    expect(events).toEqual([{ type: 'log', data: log }])
  })

  /** Requests an interaction, and returns what the caller and the server receive. */
  async function relay(
    interaction: object,
    ask: (interaction: InteractionRequest) => Promise<InteractionResponse>,
  ) {
    const asked: InteractionRequest[] = []
    let finish: (received: unknown) => void = () => {}
    const send = await connect(({ request: { url }, response, body, stream, event }) => {
      if (url === '/interactions/i-1') {
        response.writeHead(204).end()
        finish(JSON.parse(body.toString()))
        return
      }
      stream()
      event('interaction-required', { data: { interactionId: 'i-1', ...interaction } })
      finish = (received) => {
        event('response', success(request, { received }))
        response.end()
      }
    })
    const response = await send({
      ask(question) {
        asked.push(question)
        return ask(question)
      },
    })
    return { asked, received: response.status === 'success' ? response.data['received'] : response }
  }

  it.each([
    { kind: 'elicitation', key: 'payment', message: 'Pay.', url: 'https://example.com/pay' },
    { kind: 'sampling', message: 'Name a colour.', sampling: { messages: [], maxTokens: 5 } },
    { kind: 'roots', message: 'Which?' },
    { kind: 'elicitation', message: 'Who?', schema: { type: 'object' }, timeoutMs: 1000 },
  ])('relays every field of the interaction %j', async (interaction) => {
    const content = { roots: [] }
    const relayed = await relay(interaction, async () => ({ action: 'accept', content }))
    expect(relayed).toEqual({ asked: [interaction], received: { action: 'accept', content } })
  })

  it.each([
    [
      new McpError('forbidden', 'Approval timed out.', { details: { reason: 'approval-denied' } }),
      { code: 'forbidden', details: { reason: 'approval-denied' } },
    ],
    [new Error('socket hang up'), { code: 'internal' }],
  ])('sends %s to the server if the interaction fails', async (thrown, error) => {
    const relayed = await relay({ kind: 'roots', message: 'Which?' }, () => Promise.reject(thrown))
    expect(relayed.received).toMatchObject({ action: 'cancel', error })
    expect(JSON.stringify(relayed.received)).not.toContain('hang up')
  })
})
