import { afterEach, expect, it, vi } from 'vitest'

import type { HttpFailure, HttpRequest, HttpTransport } from './http-transport.ts'
import type { Exchange, SampleHttpServer } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'

/** Defines tests that every {@link HttpTransport} must pass. Call it inside a `describe`. */
export function itIsAnHttpTransport(createTransport: (baseUrl: string) => HttpTransport): void {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
  })

  async function serve(handle: (exchange: Exchange) => void): Promise<SampleHttpServer> {
    const server = await startHttpServer(handle)
    closers.push(() => server.close())
    return server
  }

  function connect(url: string): HttpTransport {
    const transport = createTransport(url)
    closers.push(() => transport.close())
    return transport
  }

  function send(transport: HttpTransport, request: Partial<HttpRequest> = {}) {
    const received: string[] = []
    const failures: HttpFailure[] = []
    const decoder = new TextDecoder()
    const over = Promise.withResolvers<void>()
    const abort = transport.send(
      { method: 'GET', path: '/', headers: [], ...request },
      {
        onHead: (status, contentType) => received.push(`head ${status} ${contentType}`),
        onData: (bytes) => received.push(decoder.decode(bytes)),
        onEnd() {
          received.push('end')
          over.resolve()
        },
        onError(failure) {
          received.push('error')
          failures.push(failure)
          over.resolve()
        },
      },
    )
    return { received, failures, over: over.promise, abort }
  }

  it('sends method, path, headers and body, and reports head, data and end', async () => {
    const server = await serve(({ request, body, json }) => {
      const { method, url, headers } = request
      json([method, url, headers['x-one'], headers['content-type'], body.toString()])
    })
    const sent = send(connect(`${server.url}/base`), {
      method: 'POST',
      path: '/process',
      headers: ['x-one', '1', 'content-type', 'application/json'],
      body: new TextEncoder().encode('{"a":"ü"}'),
    })
    await sent.over
    expect(sent.received).toEqual([
      'head 200 application/json',
      '["POST","/base/process","1","application/json","{\\"a\\":\\"ü\\"}"]',
      'end',
    ])
    sent.abort()
    expect(sent.received).toHaveLength(3)
  })

  it('reports the chunks of a stream as they arrive', async () => {
    let response: Exchange['response'] | undefined
    const server = await serve((exchange) => {
      exchange.stream()
      response = exchange.response
    })
    const sent = send(connect(server.url))
    await vi.waitFor(() => expect(sent.received).toEqual(['head 200 text/event-stream']))
    response?.write('one')
    await vi.waitFor(() => expect(sent.received.at(-1)).toBe('one'))
    response?.end('two')
    await sent.over
    expect(sent.received.slice(2)).toEqual(['two', 'end'])
  })

  it('reports not-sent if the connection is refused', async () => {
    const server = await serve(({ json }) => json({}))
    await server.close()
    const sent = send(connect(server.url), { method: 'POST', body: 'x' })
    await sent.over
    expect(sent.failures).toMatchObject([{ fault: 'not-sent' }])
  })

  it('reports outcome-unknown if the connection breaks before or during a response', async () => {
    const server = await serve(({ request, response }) => {
      if (request.url === '/partly') {
        response.writeHead(200, { 'content-length': '10' }).write('half')
      }
      setImmediate(() => response.destroy())
    })
    const transport = connect(server.url)
    const before = send(transport, { method: 'POST', body: 'x' })
    const partly = send(transport, { method: 'POST', path: '/partly', body: 'x' })
    await Promise.all([before.over, partly.over])
    expect(before.failures).toMatchObject([{ fault: 'outcome-unknown' }])
    expect(partly.failures).toMatchObject([{ fault: 'outcome-unknown' }])
    expect(partly.received.at(-1)).toBe('error')
  })

  it('closes the connection when it is aborted, and reports nothing more', async () => {
    let arrived = 0
    let closed = 0
    const server = await serve(({ response }) => {
      arrived++
      response.on('close', () => closed++)
    })
    const sent = send(connect(server.url), { method: 'POST', body: 'x' })
    await vi.waitFor(() => expect(arrived).toBe(1))
    sent.abort()
    sent.abort()
    await vi.waitFor(() => expect(closed).toBe(1))
    expect(sent.received).toEqual([])
  })

  it('can be aborted before the request is sent', async () => {
    const server = await serve(({ json }) => json({}))
    const transport = connect(server.url)
    const sent = send(transport)
    sent.abort()
    const other = send(transport)
    await other.over
    expect(sent.received).toEqual([])
    expect(other.received.at(-1)).toBe('end')
  })

  it('reports to each of many requests its own response', async () => {
    const server = await serve(({ request, json }) => json(request.url))
    const transport = connect(server.url)
    const sent = Array.from({ length: 20 }, (_, at) => send(transport, { path: `/${at}` }))
    await Promise.all(sent.map(({ over }) => over))
    expect(sent.map(({ received }) => received[1])).toEqual(sent.map((_, at) => `"/${at}"`))
  })

  it('does not follow a redirect, which could send the session to another origin', async () => {
    let visits = 0
    const elsewhere = await serve(({ json }) => {
      visits++
      json({})
    })
    const server = await serve(({ response }) => {
      response.writeHead(307, { location: elsewhere.url }).end()
    })
    await send(connect(server.url)).over
    expect(visits).toBe(0)
  })

  it('closes every connection when it is closed', async () => {
    const server = await serve(({ request, stream, json }) => {
      if (request.url === '/stream') stream()
      else json({})
    })
    const transport = connect(server.url)
    const stream = send(transport, { path: '/stream' })
    await vi.waitFor(() => expect(stream.received).toHaveLength(1))
    await transport.close()
    await transport.close()
    await stream.over
    expect(stream.received.at(-1)).toBe('error')
    await vi.waitFor(async () => expect(await server.connections()).toBe(0))
  })
}
