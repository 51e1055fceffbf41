import { createServiceAuth, serviceHeaders } from '@mcp/http'
import type { ResponseEnvelope } from '@mcp/protocol'
import { createRequest } from '@mcp/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { Exchange, SampleHttpServer } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'
import { createSampleServer, success } from '../fixtures/sample-server.ts'
import type { RemoteOptions } from './create-remote.ts'
import { remoteServer as nodeRemoteServer } from './node-remote-server.ts'
import { remoteServer as portableRemoteServer } from './remote-server.ts'

const serviceToken = 'a secret of the services'
const description = createSampleServer().describe()
const call = () => createRequest('tool-execution', { tool: 'x', operation: 'read', secret: 'word' })
const context = () => ({
  signal: new AbortController().signal,
  deadline: Date.now() + 5000,
  sessionId: 'ses-of-ada',
  principal: 'ludwig',
})
const codeOf = (response: ResponseEnvelope) =>
  response.status === 'error' ? response.error.code : 'ok'

describe.each([
  ['fetch', portableRemoteServer],
  ['undici', nodeRemoteServer],
])('a remote server with a service token, over %s', (_name, remoteServer) => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function listen(handle: (exchange: Exchange) => void, port = 0) {
    const received: string[] = []
    const server = await startHttpServer((exchange) => {
      const { url, method, headers } = exchange.request
      received.push(`${method} ${url} ${JSON.stringify(headers)} ${exchange.body.toString()}`)
      handle(exchange)
    }, port)
    closers.push(() => server.close())
    return { ...server, received }
  }

  /** Starts a server with the token. */
  function serve(port = 0, provesProcess = true) {
    const identify = createServiceAuth({ audience: 'tools', serviceToken })
    const sessions: string[] = []
    const started = listen((exchange) => {
      const { request, response, body, json, stream, event } = exchange
      const { method = '', url = '' } = request
      const header = (name: string) => {
        const value = request.headers[name]
        return typeof value === 'string' ? value : undefined
      }
      const caller = identify({ header, peer: { isLoopback: true } }, method, url)
      if (caller === undefined)
        return json({ error: { code: 'unauthenticated', message: '' } }, 401)
      if (url !== '/process' || provesProcess) {
        response.setHeader(serviceHeaders.proof, caller.proof ?? '')
      }
      if (url === '/capabilities') return json(description)
      if (url === '/health') return json({ state: 'unhealthy', reason: 'no stream is open' })
      if (url === '/notifications') {
        stream()
        return event('stream-open', {}, '1:0')
      }
      if (method === 'DELETE') sessions.push(url)
      if (method === 'DELETE' || url === '/proof') return void response.writeHead(204).end()
      const { id } = JSON.parse(body.toString())
      json(success({ ...call(), id }, { from: 'server' }))
    }, port)
    return started.then((server) => ({ ...server, sessions }))
  }

  /** Starts a program without the token, which can send any response. */
  function squat(port = 0) {
    return listen(({ request, response, body, json, stream }) => {
      response.setHeader(serviceHeaders.proof, 'a proof that is a guess')
      if (request.url === '/notifications') return stream()
      if (request.url === '/capabilities') return json(description)
      if (request.url !== '/process') return json({})
      json(success({ ...call(), id: JSON.parse(body.toString()).id }, { from: 'squatter' }))
    }, port)
  }

  function connect({ url }: SampleHttpServer, options: RemoteOptions = {}) {
    const remote = remoteServer({ name: 'tools', url, serviceToken, ...options })
    closers.push(() => remote.close())
    return remote
  }

  async function connectWithFeed(server: SampleHttpServer) {
    const remote = connect(server)
    remote.subscribe(() => {})
    await vi.waitFor(async () => expect(await remote.health()).toEqual({ state: 'healthy' }))
    return remote
  }

  function expectNoSecrets({ received }: { readonly received: readonly string[] }) {
    expect(received.length).toBeGreaterThan(0)
    for (const secret of [serviceToken, 'ses-of-ada', 'ludwig', 'word']) {
      expect(received.join('\n')).not.toContain(secret)
    }
  }

  it('receives requests after it has given a proof, and never the token', async () => {
    const server = await serve()
    const remote = connect(server)
    expect(await remote.process(call(), context())).toMatchObject({ data: { from: 'server' } })
    expect(server.received.map((text) => text.split(' ')[1])).toEqual(['/proof', '/process'])
    expect(server.received.join('\n')).not.toContain(serviceToken)
  })

  it('needs to give no further proof while its notification stream is open', async () => {
    const server = await serve()
    const remote = await connectWithFeed(server)
    const responses = await Promise.all(
      [1, 2, 3].map(async () => remote.process(call(), context())),
    )
    expect(responses.map(codeOf)).toEqual(['ok', 'ok', 'ok'])
    expect(server.received.filter((text) => text.startsWith('GET /proof'))).toEqual([])
  })

  it('receives no token, session, principal or request without a proof', async () => {
    const squatter = await squat()
    const errors: unknown[] = []
    const remote = connect(squatter, { onError: (error) => errors.push(error) })
    remote.subscribe(() => {})
    expect(await remote.process(call(), context())).toMatchObject({
      error: {
        code: 'unavailable',
        message: expect.stringContaining('did not prove that it has the service token'),
      },
    })
    await remote.sessionClosed?.('ses-of-ada')
    await expect(remote.describe()).rejects.toThrow('did not prove')
    await vi.waitFor(async () =>
      expect(await remote.health()).toMatchObject({
        state: 'unhealthy',
        reason: expect.stringContaining('did not prove'),
      }),
    )
    expectNoSecrets(squatter)
    expect(errors).toMatchObject([{ message: expect.stringContaining('did not prove') }])
  })

  it('cannot forge the response to a request that it received', async () => {
    const server = await serve(0, false)
    const remote = await connectWithFeed(server)
    expect(await remote.process(call(), context())).toMatchObject({
      error: { code: 'upstream-error', details: { reason: 'outcome-unknown' } },
    })
  })

  it('must give a proof again after its port was taken, and is used again when it is back', async () => {
    const first = await serve()
    const remote = await connectWithFeed(first)
    expect(codeOf(await remote.process(call(), context()))).toBe('ok')
    await first.close()
    const squatter = await squat(first.port)
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(codeOf(await remote.process(call(), context()))).not.toBe('ok')
    }
    await vi.waitFor(() => expect(squatter.received.join()).toContain('/notifications'))
    expectNoSecrets(squatter)
    await squatter.close()
    await serve(first.port)
    await vi.waitFor(async () =>
      expect(await remote.process(call(), context())).toMatchObject({ data: { from: 'server' } }),
    )
  })

  it('reports a different token', async () => {
    const remote = connect(await serve(), { serviceToken: 'another secret of services' })
    expect(await remote.process(call(), context())).toMatchObject({
      error: { message: expect.stringContaining('Both need the same service token') },
    })
  })

  it('needs a name', () => {
    expect(() => remoteServer({ url: 'http://127.0.0.1:9', serviceToken })).toThrow('needs a name')
  })

  it('releases the sessions that ended while it was unavailable', async () => {
    const first = await serve()
    const remote = await connectWithFeed(first)
    await first.close()
    await vi.waitFor(async () =>
      expect(await remote.health()).toMatchObject({ state: 'unhealthy' }),
    )
    await remote.sessionClosed?.('ses-1')
    await remote.sessionClosed?.('ses-2')
    const second = await serve(first.port)
    await vi.waitFor(() => expect(second.sessions).toEqual(['/sessions/ses-1', '/sessions/ses-2']))
    expect(first.sessions).toEqual([])
  })
})
