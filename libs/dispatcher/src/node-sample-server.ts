import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A server of plain HTTP for the tests of this package. */
export interface SampleHttpServer {
  readonly url: string
  readonly port: number
  /** How many connections are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
  readonly json: (value: unknown, status?: number) => void
  /** Begins an event stream. */
  readonly stream: () => void
  readonly event: (type: string, data: unknown, id?: string) => void
}

/** Starts one on a free port, or on the given one. */
export async function startHttpServer(
  handle: (exchange: Exchange) => void | Promise<void>,
  port = 0,
): Promise<SampleHttpServer> {
  const server = createServer((request, response) => {
    void answer(request, response, handle)
  })
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It listens nowhere.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    connections: () =>
      new Promise((resolve) => {
        server.getConnections((_error, count) => resolve(count))
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (exchange: Exchange) => void | Promise<void>,
): Promise<void> {
  await handle({
    request,
    response,
    body: await buffer(request),
    json(value, status = 200) {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    },
    stream() {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    },
    event(type, data, id) {
      const line = id === undefined ? '' : `id: ${id}\n`
      response.write(`${line}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    },
  })
}
