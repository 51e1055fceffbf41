import { afterEach, expect, it, vi } from 'vitest'

import type { HttpFailure, HttpRequest, HttpTransport } from './http-transport.ts'
import type { Exchange, SampleHttpServer } from '../fixtures/node-sample-server.ts'
import { startHttpServer } from '../fixtures/node-sample-server.ts'

/** What every {@link HttpTransport} does. Call it inside a `describe`. */
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
    const heard: string[] = []
    const failures: HttpFailure[] = []
    const decoder = new TextDecoder()
    const over = Promise.withResolvers<void>()
    const breakOff = transport.send(
      { method: 'GET', path: '/', headers: [], ...request },
      {
        onHead: (status, contentType) => heard.push(`head ${status} ${contentType}`),
        onData: (bytes) => heard.push(decoder.decode(bytes)),
        onEnd() {
          heard.push('end')
          over.resolve()
        },
        onError(failure) {
          heard.push('error')
          failures.push(failure)
          over.resolve()
        },
      },
    )
    return { heard, failures, over: over.promise, breakOff }
  }

  it('sends method, path, headers and body, and hears head, data and end', async () => {
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
    expect(sent.heard).toEqual([
      'head 200 application/json',
      '["POST","/base/process","1","application/json","{\\"a\\":\\"ü\\"}"]',
      'end',
    ])
    sent.breakOff()
    expect(sent.heard).toHaveLength(3)
  })

  it('hears a stream as it comes', async () => {
    let response: Exchange['response'] | undefined
    const server = await serve((exchange) => {
      exchange.stream()
      response = exchange.response
    })
    const sent = send(connect(server.url))
    await vi.waitFor(() => expect(sent.heard).toEqual(['head 200 text/event-stream']))
    response?.write('one')
    await vi.waitFor(() => expect(sent.heard.at(-1)).toBe('one'))
    response?.end('two')
    await sent.over
    expect(sent.heard.slice(2)).toEqual(['two', 'end'])
  })

  it('says that nothing was sent where nobody listens', async () => {
    const server = await serve(({ json }) => json({}))
    await server.close()
    const sent = send(connect(server.url), { method: 'POST', body: 'x' })
    await sent.over
    expect(sent.failures).toMatchObject([{ fault: 'not-sent' }])
  })

  it('says that the outcome is unknown where the connection breaks before or in an answer', async () => {
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
    expect(partly.heard.at(-1)).toBe('error')
  })

  it('tells the server by closing the connection when it breaks off, and hears nothing more', async () => {
    let arrived = 0
    let gone = 0
    const server = await serve(({ response }) => {
      arrived++
      response.on('close', () => gone++)
    })
    const sent = send(connect(server.url), { method: 'POST', body: 'x' })
    await vi.waitFor(() => expect(arrived).toBe(1))
    sent.breakOff()
    sent.breakOff()
    await vi.waitFor(() => expect(gone).toBe(1))
    expect(sent.heard).toEqual([])
  })

  it('can break off before the request has left', async () => {
    const server = await serve(({ json }) => json({}))
    const transport = connect(server.url)
    const sent = send(transport)
    sent.breakOff()
    const other = send(transport)
    await other.over
    expect(sent.heard).toEqual([])
    expect(other.heard.at(-1)).toBe('end')
  })

  it('gives each of many requests its own answer', async () => {
    const server = await serve(({ request, json }) => json(request.url))
    const transport = connect(server.url)
    const sent = Array.from({ length: 20 }, (_, at) => send(transport, { path: `/${at}` }))
    await Promise.all(sent.map(({ over }) => over))
    expect(sent.map(({ heard }) => heard[1])).toEqual(sent.map((_, at) => `"/${at}"`))
  })

  it('follows no redirect, which could carry the token elsewhere', async () => {
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

  it('leaves no connection open when it closes', async () => {
    const server = await serve(({ request, stream, json }) => {
      if (request.url === '/stream') stream()
      else json({})
    })
    const transport = connect(server.url)
    const stream = send(transport, { path: '/stream' })
    await vi.waitFor(() => expect(stream.heard).toHaveLength(1))
    await transport.close()
    await transport.close()
    await stream.over
    expect(stream.heard.at(-1)).toBe('error')
    await vi.waitFor(async () => expect(await server.connections()).toBe(0))
  })
}
