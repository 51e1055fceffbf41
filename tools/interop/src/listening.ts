import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { Server } from 'node:net'

import type { Service } from '@mcp/http'
import type { Hono } from 'hono'

/** A server that listens on loopback until it is disposed. */
export interface Listening extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** Serves a request listener, such as an Express app, on a free port. */
export async function listenOnLoopback(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener)
  const port = await listenOnFreePort(server)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Returns a Hono app as a service, which `createNodeHandler` requires. */
export function asService(app: Pick<Hono, 'fetch'>): Service {
  return { fetch: async (request) => app.fetch(request), async close() {} }
}

/** Starts a server on a free port, and returns the port. */
export async function listenOnFreePort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port was opened')
  return address.port
}
