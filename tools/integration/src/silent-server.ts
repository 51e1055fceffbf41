import { once } from 'node:events'
import { createServer } from 'node:http'

/** A server that never responds, except with 404 for `/robots.txt`. */
export interface SilentServer {
  readonly url: string
  /** Returns the number of received requests without those for `/robots.txt`. */
  readonly received: () => number
  close(): Promise<void>
}

export async function startSilentServer(): Promise<SilentServer> {
  let received = 0
  const server = createServer((request, response) => {
    if (request.url === '/robots.txt') response.writeHead(404).end()
    else received++
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return {
    url: `http://127.0.0.1:${address.port}`,
    received: () => received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
