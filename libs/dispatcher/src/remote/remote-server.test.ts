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
    describeSample('read', { readOnly: true }),
    describeSample('ask', { interactive: true }),
  ],
}).describe()

const codeOf = (answer: ResponseEnvelope) => (answer.status === 'error' ? answer.error.code : 'ok')
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

  it('passes on the bytes as they came, with the context in headers', async () => {
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
    const answer = await connect(server.url, { serviceToken: 'token-1' }).process(
      request,
      context({ sessionId: 's-1', principal: 'Ärger & Co', original: { request, body } }),
    )
    expect(answer).toMatchObject({
      data: {
        url: '/process',
        text: `  ${JSON.stringify(request)}`,
        headers: {
          'mcp-service-token': 'token-1',
          'mcp-context-session': 's-1',
          'mcp-context-principal': '%C3%84rger%20%26%20Co',
          'mcp-context-request': request.id,
          'mcp-context-timeout-ms': expect.stringMatching(/^(4\d{3}|5000)$/),
          accept: 'application/json',
        },
      },
    })
  })

  it('writes a changed request anew, without what only a context may say', async () => {
    const server = await serve(({ body, json }) => {
      const sent = JSON.parse(body.toString())
      json(success(sent, { sent }))
    })
    const request = { ...call(), metadata: { version: '1.0', source: 'x', sessionId: 'forged' } }
    const original = { request: call(), body: new Uint8Array([1]) }
    const answer = await connect(server.url).process(request, context({ original }))
    expect(answer).toMatchObject({ data: { sent: { id: request.id } } })
    expect(JSON.stringify(answer)).not.toContain('forged')
  })

  it.each([
    ['HTML', ({ response }: Exchange) => void response.writeHead(502).end('<html>')],
    ['an id of another request', ({ json }: Exchange) => json(success(call(), {}))],
    ['no envelope', ({ json }: Exchange) => json([1, 2])],
    ['nothing', ({ response }: Exchange) => void response.end()],
  ])('says upstream-error where the server answers %s', async (_what, handle) => {
    const server = await serve(handle)
    const answer = await connect(server.url).process(call(), context())
    expect(answer).toMatchObject({
      error: { code: 'upstream-error', message: expect.stringContaining('"tools" answered') },
    })
  })

  it('passes on an error that comes without an envelope, but not one between processes', async () => {
    const codes = ['payload-too-large', 'unauthenticated'] as const
    const server = await serve(({ json }) => {
      json({ error: new McpError(codes[asked++] ?? 'internal', 'No.').toBody() }, 400)
    })
    let asked = 0
    const remote = connect(server.url)
    expect(codeOf(await remote.process(call(), context()))).toBe('payload-too-large')
    expect(await remote.process(call(), context())).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'service-token' } },
    })
  })

  it('fills in what an answer may leave out', async () => {
    const server = await serve(({ body, json }) => {
      json({ id: JSON.parse(body.toString()).id, status: 'success', data: { result: 5 } })
    })
    const answer = await connect(server.url).process(call(), context())
    expect(answer).toMatchObject({ status: 'success', data: { result: 5 } })
    expect(answer.timestamp).toMatch(/Z$/)
  })

  it('refuses an answer that is too long', async () => {
    const server = await serve(({ body, json }) => {
      json(success(JSON.parse(body.toString()), { text: 'x'.repeat(5000) }))
    })
    const answer = await connect(server.url, { maxAnswerBytes: 4000 }).process(call(), context())
    expect(answer).toMatchObject({ error: { code: 'upstream-error', details: { max: 4000 } } })
  })

  it('says unavailable where nobody listens, and outcome-unknown where the connection breaks', async () => {
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

  it('lets a dispatcher say whether a broken call may be repeated', async () => {
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

  it('breaks the connection off when the caller leaves or the deadline passes', async () => {
    let gone = 0
    let arrived = 0
    const server = await serve(({ response }) => {
      arrived++
      response.on('close', () => gone++)
    })
    const remote = connect(server.url)
    const controller = new AbortController()
    const leaving = remote.process(call(), context({ signal: controller.signal }))
    await vi.waitFor(() => expect(arrived).toBe(1))
    controller.abort()
    expect(codeOf(await leaving)).toBe('cancelled')
    await vi.waitFor(() => expect(gone).toBe(1))

    const late = await remote.process(call(), context({ deadline: Date.now() + 50 }))
    expect(codeOf(late)).toBe('timeout')
    await vi.waitFor(() => expect(gone).toBe(arrived))
  })

  it('hears progress and chunks where the caller listens', async () => {
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
    const answer = await connect(server.url).process(request, context({ onEvent }))
    expect(answer).toMatchObject({ data: { result: 'Hello' } })
    expect(events).toEqual([
      { type: 'progress', data: { requestId: request.id, progress: 1 } },
      { type: 'chunk', data: { requestId: request.id, chunk: 'Hel' } },
    ])
  })

  it('says outcome-unknown where a stream ends without an answer', async () => {
    const server = await serve(({ response, stream }) => {
      stream()
      response.end()
    })
    const answer = await connect(server.url).process(call(), context({ onEvent: () => {} }))
    expect(answer).toMatchObject({ error: { details: { reason: 'outcome-unknown' } } })
  })

  it.each<[string, () => Promise<InteractionResponse>, InteractionResponse]>([
    [
      'carries a question to the person and the answer back',
      async () => ({ action: 'accept', content: { ok: true } }),
      { action: 'accept', content: { ok: true } },
    ],
    [
      'says cancel where nobody answers',
      () => Promise.reject(new McpError('forbidden', 'Nobody answered.')),
      { action: 'cancel' },
    ],
  ])('%s', async (_what, ask, expected) => {
    const asked = vi.fn<() => Promise<InteractionResponse>>(ask)
    let finish: (answer: unknown) => void = () => {}
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
        finish = (answer) => {
          event('response', success(JSON.parse(body.toString()), { answer }))
          response.end()
        }
      } else {
        json({}, 404)
      }
    })
    const remote = connect(server.url)
    await remote.describe()
    const answer = await remote.process(call('ask'), context({ ask: asked }))
    expect(answer).toMatchObject({ data: { answer: expected } })
    expect(asked).toHaveBeenCalledWith({
      kind: 'approval',
      message: 'Really?',
      schema: {},
      timeoutMs: 1000,
    })
  })

  it('does not stream for operations that ask nobody', async () => {
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

  it('describes itself as the server does, under the name it was given', async () => {
    const server = await serve(({ json }) => json({}, 404))
    const unnamed = remoteServer({ url: server.url })
    closers.push(() => unnamed.close())
    expect(unnamed.name).toBe(new URL(server.url).host)
    expect(await unnamed.describe()).toEqual(description)
    expect([unnamed.name, unnamed.source]).toEqual(['tools', 'tools-source'])
    expect(connect(server.url, { name: 'mine' }).name).toBe('mine')
  })

  it('releases a session, trying again where the server is in trouble', async () => {
    const released: string[] = []
    const server = await serve(({ request, response, json }) => {
      released.push(`${request.method} ${request.url}`)
      if (released.length === 1) json({ error: new McpError('unavailable', 'Busy.').toBody() }, 503)
      else response.writeHead(204).end()
    })
    await connect(server.url).sessionClosed?.('s/1')
    expect(released).toEqual(['DELETE /sessions/s%2F1', 'DELETE /sessions/s%2F1'])
  })

  it('chooses among replicas by session, and takes the next where one is gone', async () => {
    const replicas = await Promise.all(
      ['a', 'b'].map((id) =>
        serve(({ body, json }) =>
          json(success(JSON.parse(body.toString() || '{"id":""}'), { id })),
        ),
      ),
    )
    const remote = remoteServer({ name: 'tools', urls: replicas.map(({ url }) => url) })
    closers.push(() => remote.close())
    const whereIs = async (sessionId: string) => {
      const answer = await remote.process(call(), context({ sessionId }))
      return answer.status === 'success' ? answer.data['id'] : answer.error.code
    }
    const before = await Promise.all(['1', '2', '3', '4', '5', '6', '7', '8'].map(whereIs))
    expect(new Set(before)).toEqual(new Set(['a', 'b']))
    await replicas[1]?.close()
    // Until the closing of its connections is noticed, a request may still go onto one of them.
    await vi.waitFor(async () => {
      const after = await Promise.all(['1', '2', '3', '4', '5', '6', '7', '8'].map(whereIs))
      expect(new Set(after)).toEqual(new Set(['a']))
    })
  })

  it('answers for what is in flight when it closes', async () => {
    const server = await serve(() => {})
    const remote = connect(server.url)
    const answer = remote.process(call(), context())
    await remote.close()
    await remote.close()
    expect(codeOf(await answer)).toBe('unavailable')
    expect(codeOf(await remote.process(call(), context()))).toBe('unavailable')
  })

  it('refuses a session id that would forge a header', async () => {
    const server = await serve(({ json }) => json({}))
    const answer = await connect(server.url).process(call(), context({ sessionId: 'a\r\nb: c' }))
    expect(codeOf(answer)).toBe('invalid-request')
  })

  it('takes no url that is none', () => {
    expect(() => remoteServer({ url: 'tools' })).toThrow('The url "tools" is none.')
    expect(() => remoteServer({ url: 'ftp://tools' })).toThrow('must begin with http')
    expect(() => remoteServer({})).toThrow('needs a url')
  })
})

it('passes an answer on as it is', async () => {
  const request = call()
  const error = createResponse(request.id, 'error', new McpError('not-found', 'No.'))
  const server = await startHttpServer(({ json }) => json(error, 404))
  const remote = portableRemoteServer({ url: server.url })
  expect(await remote.process(request, context())).toEqual(error)
  await remote.close()
  await server.close()
})
