import { createDispatcher, remoteServer } from '@mcp/dispatcher'
import type {
  CapabilityServer,
  HandlerContext,
  InteractionRequest,
  InteractionResponse,
  RequestContext,
  RequestEvent,
} from '@mcp/protocol'
import { contentResult, createRequest, defineContract, McpError, operation } from '@mcp/protocol'
import type { LocalServer } from '@mcp/server'
import { defineServer } from '@mcp/server'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'

const noParams = { params: () => z.object({}), examples: [{ params: {} }] } as const

const travel = defineContract({
  name: 'travel',
  type: 'travel-request',
  target: 'city',
  version: '1.0.0',
  operations: {
    run: operation({
      title: 'Run',
      description: 'Uses what the client offers.',
      result: () => z.unknown(),
      hints: { interactive: true },
      ...noParams,
    }),
    photograph: operation({
      title: 'Photograph',
      description: 'Returns a picture.',
      result: contentResult,
      ...noParams,
    }),
    read: operation({
      title: 'Read',
      description: 'Returns a long text.',
      result: () => z.string(),
      ...noParams,
    }),
  },
})

const sampling = {
  messages: [{ role: 'user', content: { type: 'text', text: 'Name a city.' } }],
  maxTokens: 10,
} as const
const message = { role: 'assistant', content: { type: 'text', text: 'Oslo' }, model: 'm-1' }
const picture = { content: [{ type: 'image', data: 'A'.repeat(200_000), mimeType: 'image/png' }] }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Connects to the server over HTTP, as if it ran in another process. */
const overHttp =
  (serviceToken?: string) =>
  (server: LocalServer): CapabilityServer =>
    remoteServer({
      name: 'travel',
      url: 'http://travel.test',
      serviceToken,
      fetch: (input, init) => server.fetch(new Request(input, init), { isLoopback: true }),
    })

const serviceToken = 'a secret of 16 characters or more'

describe.each([
  {
    where: 'in this process',
    connect: (server: LocalServer): CapabilityServer => server,
    options: {},
  },
  { where: 'over HTTP', connect: overHttp(), options: {} },
  {
    where: 'over HTTP with a service token',
    connect: overHttp(serviceToken),
    options: { serviceToken },
  },
])('a server $where', ({ connect, options }) => {
  async function start(run: (context: HandlerContext) => unknown = () => null) {
    const handlers = {
      run: (_params: unknown, context: HandlerContext) => run(context),
      photograph: () => picture,
      read: () => 'a'.repeat(200_000),
    }
    const server = defineServer(travel, handlers, options)
    const connected = connect(server)
    const dispatcher = createDispatcher({ servers: [connected] })
    closing.push(
      () => server.close(),
      () => dispatcher.close(),
    )
    // A request for a stream needs the description of the server.
    const { operations } = await connected.describe()
    const process = (name: string, context: Partial<RequestContext> = {}) => {
      const request = createRequest('travel-request', { operation: name }, { id: 'r-1' })
      return dispatcher.dispatch(request, { sessionId: 's-1', ...context })
    }
    return { dispatcher, operations, process }
  }

  it.each<[string, (context: HandlerContext) => unknown, InteractionResponse, object, unknown]>([
    [
      'a form',
      ({ elicit }) => elicit({ message: 'Who?', schema: z.object({ age: z.int().default(36) }) }),
      { action: 'accept', content: {} },
      { kind: 'elicitation', schema: { properties: { age: { type: 'integer' } } } },
      { action: 'accept', content: { age: 36 } },
    ],
    [
      'a URL',
      ({ elicit }) => elicit({ message: 'Pay.', url: 'https://example.com/pay' }),
      { action: 'accept' },
      { kind: 'elicitation', url: 'https://example.com/pay' },
      { action: 'accept' },
    ],
    [
      'a sampling request',
      ({ sample }) => sample(sampling),
      { action: 'accept', content: message },
      { kind: 'sampling', sampling },
      message,
    ],
    [
      'a request for roots',
      ({ listRoots }) => listRoots(),
      { action: 'accept', content: { roots: [{ uri: 'file:///srv' }] } },
      { kind: 'roots' },
      [{ uri: 'file:///srv' }],
    ],
  ])('sends %s to the caller', async (_what, run, response, interaction, result) => {
    const { process } = await start(run)
    const asked: InteractionRequest[] = []
    const ask = async (question: InteractionRequest) => {
      asked.push(question)
      return response
    }
    expect(await process('run', { ask })).toMatchObject({ data: { result } })
    expect(asked).toMatchObject([interaction])
  })

  it.each<[string, () => Promise<InteractionResponse>, object]>([
    [
      'a declined sampling request',
      async () => ({ action: 'decline' }),
      { code: 'forbidden', details: { reason: 'interaction-declined', action: 'decline' } },
    ],
    [
      'an error of the caller',
      () => Promise.reject(new McpError('unavailable', 'No sampling.', { retryable: false })),
      { code: 'unavailable', message: 'No sampling.', retryable: false },
    ],
    [
      'a response of another shape',
      async () => ({ action: 'accept', content: { role: 'system' } }),
      { code: 'invalid-params', message: expect.stringContaining('role') },
    ],
  ])('returns the error for %s', async (_what, ask, error) => {
    const { process } = await start(({ sample }) => sample(sampling))
    expect(await process('run', { ask })).toMatchObject({ error })
  })

  it('passes the client to the handler, and sends it log messages of its level', async () => {
    const client = {
      capabilities: { elicitation: { url: {} } },
      logLevel: 'error',
      info: { name: 'Änne’s client', version: '1.0' },
    } as const
    const { process } = await start((context) => {
      context.log('info', 'dropped')
      context.log('alert', { disk: 'full' }, 'storage')
      return context.client
    })
    const events: RequestEvent[] = []
    const onEvent = (event: RequestEvent) => void events.push(event)
    expect(await process('run', { client, onEvent })).toMatchObject({ data: { result: client } })
    const data = { requestId: 'r-1', level: 'alert', data: { disk: 'full' }, logger: 'storage' }
    expect(events).toEqual([{ type: 'log', data }])
  })

  it('returns content blocks whole, and other results up to the limit of the caller', async () => {
    const { operations, process } = await start()
    const whole = { result: 'a'.repeat(200_000) }
    expect(await process('photograph')).toMatchObject({ data: { result: picture } })
    expect(await process('read')).toMatchObject({ data: { resultRef: expect.any(String) } })
    expect(await process('read', { resultBytes: 1_048_576 })).toMatchObject({ data: whole })
    const returning = operations.filter(({ returnsContent }) => returnsContent === true)
    expect(returning.map((described) => described.operation)).toEqual(['photograph'])
  })

  it('sends log messages and interactions to a client of a session', async () => {
    const { dispatcher } = await start(async ({ log, sample }) => {
      log('notice', 'before')
      const { content } = await sample(sampling)
      return content
    })
    const manager = createSessionManager({ dispatcher })
    closing.push(() => manager.close())
    const call = (method: string, path: string, body?: object, accept = 'application/json') =>
      manager.fetch(
        new Request(`http://manager.test${path}`, {
          method,
          headers: { 'content-type': 'application/json', accept },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
    const { sessionId } = await manager.openSession()
    const notifications = await call('GET', `/sessions/${sessionId}/events`)
    const request = { id: 'r-1', type: 'travel-request', payload: { operation: 'run' } }
    const path = `/sessions/${sessionId}/requests`
    const events = await call('POST', path, request, 'text/event-stream')

    const required = await readUntil(notifications, /event: interaction-required\ndata: (.*)\n/)
    const { data } = z
      .object({ data: z.looseObject({ interactionId: z.string() }) })
      .parse(JSON.parse(required))
    expect(data).toMatchObject({ kind: 'sampling', sampling, requestId: 'r-1' })
    const responses = `/sessions/${sessionId}/interactions/${data.interactionId}`
    const respond = (content: unknown) => call('POST', responses, { action: 'accept', content })
    expect((await respond({ ...message, model: 5 })).status).toBe(400)
    expect((await respond(message)).status).toBe(204)

    const text = await events.text()
    expect(text).toMatch(/event: log\n.*"level":"notice","data":"before"/)
    expect(text).toMatch(/event: response\n.*"text":"Oslo"/)
  })
})

/** Reads an event stream until its text matches. Returns the first group of the match. */
async function readUntil({ body }: Response, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    const found = pattern.exec(text)?.[1]
    if (found !== undefined) return found
  }
  throw new Error('The stream ended.')
}
