import { once } from 'node:events'
import { createServer, request } from 'node:http'

/** A proxy that sends each request to any of several servers. */
export interface RandomProxy {
  readonly url: string
  /** Number of requests that each server has received, by its port. */
  readonly counts: ReadonlyMap<number, number>
  close(): Promise<void>
}

/** Starts the proxy. A response is passed on as it arrives, so that streams stay streams. */
export async function startRandomProxy(ports: readonly number[]): Promise<RandomProxy> {
  const counts = new Map(ports.map((port) => [port, 0]))
  const server = createServer((incoming, outgoing) => {
    const port = ports[Math.floor(Math.random() * ports.length)] ?? 0
    counts.set(port, (counts.get(port) ?? 0) + 1)
    const { method, url: path, headers } = incoming
    const forwarded = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      outgoing.flushHeaders()
      response.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
