import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'

/** A web server that counts the requests for each path, and can hold its responses. */
export interface CountingServer {
  readonly url: string
  count(path: string): number
  /** Holds the responses of later requests. Returns a function that sends them, and ends the holding. */
  hold(): () => void
  close(): Promise<void>
}

export async function startCountingServer(): Promise<CountingServer> {
  const counts = new Map<string, number>()
  const held: ServerResponse[] = []
  let isHolding = false
  const respond = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end('the page')

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === '/robots.txt') return response.writeHead(404).end()
    counts.set(path, (counts.get(path) ?? 0) + 1)
    if (isHolding) held.push(response)
    else respond(response)
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return {
    url: `http://127.0.0.1:${address.port}`,
    count: (path) => counts.get(path) ?? 0,
    hold() {
      isHolding = true
      return () => {
        isHolding = false
        for (const response of held.splice(0)) respond(response)
      }
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
