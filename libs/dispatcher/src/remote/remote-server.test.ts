import type { InteractionResponse, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { createRequest, createResponse, McpError } from '@mcp/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { RemoteOptions } from './create-remote.ts'
import { createDispatcher } from '../dispatcher.ts'
import { remoteServer as nodeRemoteServer } from './node-remote-server.ts'
import type { Exchange, SampleHttpServer } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'
import { remoteServer as portableRemoteServer } from './remote-server.ts'
import { createSampleServer, describeSample, success } from '../fixtures/sample-server.ts'

const description = createSampleServer({
  operations: [
    {
      ...describeSample('read', { readOnly: true }),
      core: true,
      definition: { _meta: { 'ui/resourceUri': 'ui://read' } },
    },
    describeSample('ask', { interactive: true }),
  ],
}).describe()

const codeOf = (response: ResponseEnvelope) =>
  response.status === 'error' ? response.error.code : 'ok'
const call = (operation = 'read') => createRequest('tool-execution', { tool: 'x', operation })
const context = (more: Partial<RequestContext> = {}): RequestContext => ({
  signal: new AbortController().signal,
  deadline: Date.now() + 5000,
  ...more,
})

describe.each([
  ['fetch', portableRemoteServer],
  ['undici', nodeRemoteServer],
])('a remote server over %s', (_name, remoteServer) => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function serve(handle: (exchange: Exchange) => void): Promise<SampleHttpServer> {
    const server = await startHttpServer((exchange) => {
      const { request, json } = exchange
      if (request.url === '/capabilities') json({ ...description, server: 'tools' })
      else handle(exchange)
    })
    closers.push(() => server.close())
    return server
  }

  function connect(url: string, options: RemoteOptions = {}) {
    const remote = remoteServer({ name: 'tools', url, ...options })
    closers.push(() => remote.close())
    return remote
  }

  it('sends the original bytes, with the context in headers', async () => {
    const server = await serve(({ request, body, json }) => {
      const { id } = JSON.parse(body.toString())
      json(
        success(
          { ...call(), id },
          { url: request.url, text: body.toString(), headers: request.headers },
        ),
      )
    })
    const request = call()
    const body = new TextEncoder().encode(`  ${JSON.stringify(request)}`)
    const response = await connect(server.url).process(
      request,
      context({ sessionId: 's-1', principal: 'Ärger & Co', original: { request, body } }),
    )
    expect(response).toMatchObject({
      data: {
        url: '/process',
        text: `  ${JSON.stringify(request)}`,
        headers: {
          'mcp-context-session': 's-1',
          'mcp-context-principal': '%C3%84rger%20%26%20Co',
          'mcp-context-request': request.id,
          'mcp-context-timeout-ms': expect.stringMatching(/^(4\d{3}|5000)$/),
          accept: 'application/json',
        },
      },
    })
  })

  it('encodes a changed request again, without the claims of its caller', async () => {
    const server = await serve(({ body, json }) => {
      const sent = JSON.parse(body.toString())
      json(success(sent, { sent }))
    })
    const request = { ...call(), metadata: { version: '1.0', source: 'x', sessionId: 'forged' } }
    const original = { request: call(), body: new Uint8Array([1]) }
    const response = await connect(server.url).process(request, context({ original }))
    expect(response).toMatchObject({ data: { sent: { id: request.id } } })
    expect(JSON.stringify(response)).not.toContain('forged')
  })

  it.each([
    ['HTML', ({ response }: Exchange) => void response.writeHead(502).end('<html>')],
    ['an id of another request', ({ json }: Exchange) => json(success(call(), {}))],
    ['a value that is not an envelope', ({ json }: Exchange) => json([1, 2])],
    ['nothing', ({ response }: Exchange) => void response.end()],
  ])('returns upstream-error if the server returns %s', async (_what, handle) => {
    const server = await serve(handle)
    const response = await connect(server.url).process(call(), context())
    expect(response).toMatchObject({
      error: {
        code: 'upstream-error',
        message: expect.stringContaining('"tools" returned an invalid response'),
      },
    })
  })

  it('returns an error without an envelope, unless it concerns only the two processes', async () => {
    const codes = ['payload-too-large', 'unauthenticated'] as const
    const server = await serve(({ json }) => {
      json({ error: new McpError(codes[calls++] ?? 'internal', 'No.').toBody() }, 400)
    })
    let calls = 0
    const remote = connect(server.url)
    expect(codeOf(await remote.process(call(), context()))).toBe('payload-too-large')
    expect(await remote.process(call(), context())).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'service-token' } },
    })
  })

  it('fills in the fields that a response may omit', async () => {
    const server = await serve(({ body, json }) => {
      json({ id: JSON.parse(body.toString()).id, status: 'success', data: { result: 5 } })
    })
    const response = await connect(server.url).process(call(), context())
    expect(response).toMatchObject({ status: 'success', data: { result: 5 } })
    expect(response.timestamp).toMatch(/Z$/)
  })

  it('rejects a response that is too large', async () => {
    const server = await serve(({ body, json }) => {
      json(success(JSON.parse(body.toString()), { text: 'x'.repeat(5000) }))
    })
    const response = await connect(server.url, { maxResponseBytes: 4000 }).process(
      call(),
      context(),
    )
    expect(response).toMatchObject({ error: { code: 'upstream-error', details: { max: 4000 } } })
  })

  it('returns unavailable if the connection is refused, and outcome-unknown if it breaks', async () => {
    const server = await serve(({ response }) => response.destroy())
    const remote = connect(server.url)
    expect(await remote.process(call(), context())).toMatchObject({
      error: { code: 'upstream-error', retryable: false, details: { reason: 'outcome-unknown' } },
    })
    await server.close()
    expect(await remote.process(call(), context())).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') },
    })
  })

  it('lets a dispatcher decide whether a broken call is retryable', async () => {
    const server = await serve(({ request, response, json }) => {
      if (request.url === '/process') response.destroy()
      else json({}, 404)
    })
    const dispatcher = createDispatcher({ servers: [connect(server.url)], retry: false })
    closers.push(() => dispatcher.close())
    expect(await dispatcher.dispatch(call())).toMatchObject({
      error: { code: 'upstream-error', retryable: true, details: { reason: 'outcome-unknown' } },
    })
    expect(await dispatcher.dispatch(call('write'))).toMatchObject({ error: { retryable: false } })
  })

  it('closes the connection when the caller aborts or the deadline passes', async () => {
    let closed = 0
    let arrived = 0
    const server = await serve(({ response }) => {
      arrived++
      response.on('close', () => closed++)
    })
    const remote = connect(server.url)
    const controller = new AbortController()
    const aborted = remote.process(call(), context({ signal: controller.signal }))
    await vi.waitFor(() => expect(arrived).toBe(1))
    controller.abort()
    expect(codeOf(await aborted)).toBe('cancelled')
    await vi.waitFor(() => expect(closed).toBe(1))

    const late = await remote.process(call(), context({ deadline: Date.now() + 50 }))
    expect(codeOf(late)).toBe('timeout')
    await vi.waitFor(() => expect(closed).toBe(arrived))
  })

  it('passes progress and chunks to a caller that subscribes', async () => {
    const server = await serve(({ request, response, body, stream, event }) => {
      const sent = JSON.parse(body.toString())
      expect(request.headers.accept).toBe('text/event-stream')
      stream()
      response.write(': heartbeat\n\n')
      event('progress', { type: 'progress', data: { requestId: sent.id, progress: 1 } })
      event('chunk', { type: 'chunk', data: { requestId: sent.id, chunk: 'Hel' } })
      event('response', success(sent, { result: 'Hello' }))
      response.end()
    })
    const events: unknown[] = []
    const request = call()
    const onEvent = (event: unknown) => void events.push(event)
    const response = await connect(server.url).process(request, context({ onEvent }))
    expect(response).toMatchObject({ data: { result: 'Hello' } })
    expect(events).toEqual([
      { type: 'progress', data: { requestId: request.id, progress: 1 } },
      { type: 'chunk', data: { requestId: request.id, chunk: 'Hel' } },
    ])
  })

  it('returns outcome-unknown if a stream ends without a response', async () => {
    const server = await serve(({ response, stream }) => {
      stream()
      response.end()
    })
    const response = await connect(server.url).process(call(), context({ onEvent: () => {} }))
    expect(response).toMatchObject({ error: { details: { reason: 'outcome-unknown' } } })
  })

  it.each<[string, () => Promise<InteractionResponse>, InteractionResponse]>([
    [
      'relays an interaction to the user and the response back',
      async () => ({ action: 'accept', content: { ok: true } }),
      { action: 'accept', content: { ok: true } },
    ],
    [
      'responds with cancel if the interaction fails',
      () => Promise.reject(new McpError('forbidden', 'Approval timed out.')),
      { action: 'cancel' },
    ],
  ])('%s', async (_what, ask, expected) => {
    const onAsk = vi.fn<() => Promise<InteractionResponse>>(ask)
    let finish: (interaction: unknown) => void = () => {}
    const server = await serve(({ request, response, body, stream, event, json }) => {
      const sent: unknown = JSON.parse(body.toString() || 'null')
      if (request.url === '/interactions/i-1') {
        response.writeHead(204).end()
        finish(sent)
      } else if (request.url === '/process' && request.headers.accept === 'text/event-stream') {
        stream()
        const question = { kind: 'approval', message: 'Really?', schema: {}, timeoutMs: 1000 }
        event('interaction-required', {
          data: { interactionId: 'i-1', requestId: 'r', ...question },
        })
        finish = (interaction) => {
          event('response', success(JSON.parse(body.toString()), { interaction }))
          response.end()
        }
      } else {
        json({}, 404)
      }
    })
    const remote = connect(server.url)
    await remote.describe()
    const response = await remote.process(call('ask'), context({ ask: onAsk }))
    expect(response).toMatchObject({ data: { interaction: expected } })
    expect(onAsk).toHaveBeenCalledWith({
      kind: 'approval',
      message: 'Really?',
      schema: {},
      timeoutMs: 1000,
    })
  })

  it('requests no stream for operations that are not interactive', async () => {
    const server = await serve(({ request, body, json }) => {
      json(success(JSON.parse(body.toString()), { accept: request.headers.accept }))
    })
    const remote = connect(server.url)
    await remote.describe()
    const ask = async (): Promise<InteractionResponse> => ({ action: 'accept' })
    expect(await remote.process(call('read'), context({ ask }))).toMatchObject({
      data: { accept: 'application/json' },
    })
  })

  it('returns the description of the server, under its configured name', async () => {
    const server = await serve(({ json }) => json({}, 404))
    const unnamed = remoteServer({ url: server.url })
    closers.push(() => unnamed.close())
    expect(unnamed.name).toBe(new URL(server.url).host)
    expect(await unnamed.describe()).toEqual(description)
    expect([unnamed.name, unnamed.source]).toEqual(['tools', 'tools-source'])
    expect(connect(server.url, { name: 'mine' }).name).toBe('mine')
  })

  it('releases a session, with retries while the server is unavailable', async () => {
    const released: string[] = []
    const server = await serve(({ request, response, json }) => {
      released.push(`${request.method} ${request.url}`)
      if (released.length === 1) json({ error: new McpError('unavailable', 'Busy.').toBody() }, 503)
      else response.writeHead(204).end()
    })
    await connect(server.url).sessionClosed?.('s/1')
    expect(released).toEqual(['DELETE /sessions/s%2F1', 'DELETE /sessions/s%2F1'])
  })

  it('chooses replicas by session, and the next one if a replica is unreachable', async () => {
    const replicas = await Promise.all(
      ['a', 'b'].map((id) =>
        serve(({ body, json }) =>
          json(success(JSON.parse(body.toString() || '{"id":""}'), { id })),
        ),
      ),
    )
    const remote = remoteServer({ name: 'tools', urls: replicas.map(({ url }) => url) })
    closers.push(() => remote.close())
    const replicaOf = async (sessionId: string) => {
      const response = await remote.process(call(), context({ sessionId }))
      return response.status === 'success' ? response.data['id'] : response.error.code
    }
    // The ports are part of the choice, so a few sessions could all have the same replica.
    const sessions = Array.from({ length: 32 }, (_, index) => String(index))
    const before = await Promise.all(sessions.map(replicaOf))
    expect(new Set(before)).toEqual(new Set(['a', 'b']))
    await replicas[1]?.close()
    // The transport may still send a request on a closed connection until it notices that the
    // connection is closed.
    await vi.waitFor(async () => {
      const after = await Promise.all(sessions.map(replicaOf))
      expect(new Set(after)).toEqual(new Set(['a']))
    })
  })

  it('ends the calls in flight when it closes', async () => {
    const server = await serve(() => {})
    const remote = connect(server.url)
    const response = remote.process(call(), context())
    await remote.close()
    await remote.close()
    expect(codeOf(await response)).toBe('unavailable')
    expect(codeOf(await remote.process(call(), context()))).toBe('unavailable')
  })

  it('refuses a session id that would forge a header', async () => {
    const server = await serve(({ json }) => json({}))
    const response = await connect(server.url).process(call(), context({ sessionId: 'a\r\nb: c' }))
    expect(codeOf(response)).toBe('invalid-request')
  })

  it('rejects an invalid URL', () => {
    expect(() => remoteServer({ url: 'tools' })).toThrow('Invalid URL: "tools".')
    expect(() => remoteServer({ url: 'ftp://tools' })).toThrow('must start with http')
    expect(() => remoteServer({})).toThrow('needs a url')
  })
})

it('returns a response unchanged', async () => {
  const request = call()
  const error = createResponse(request.id, 'error', new McpError('not-found', 'No.'))
  const server = await startHttpServer(({ json }) => json(error, 404))
  const remote = portableRemoteServer({ url: server.url })
  expect(await remote.process(request, context())).toEqual(error)
  await remote.close()
  await server.close()
})
