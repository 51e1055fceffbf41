import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

import { systemClock } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import type { SseEntry } from '../entry/upstream-entry.ts'
import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import { openConnection } from './open-connection.ts'
import { createRemoteTransport } from './remote-transport.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** Starts a legacy server over HTTP+SSE at `/events`. All other paths redirect to the target. */
async function start(target: string) {
  const received: string[] = []
  let stream: ServerResponse | undefined
  const server = createServer((request, response) => {
    const { url = '' } = request
    received.push(`${request.method} ${url}`)
    if (url === '/events') {
      stream = response.writeHead(200, { 'content-type': 'text/event-stream' })
      stream.write('event: endpoint\ndata: /messages\n\n')
    } else if (url === '/messages') {
      response.writeHead(202).end()
      void text(request).then((body) => {
        const { id, method, params } = JSON.parse(body)
        const outcome =
          method === 'initialize'
            ? {
                result: {
                  protocolVersion: params.protocolVersion,
                  capabilities: {},
                  serverInfo: { name: 'moved', version: '1' },
                },
              }
            : { error: { code: -32601, message: 'Method not found' } }
        return stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n\n`)
      })
    } else response.writeHead(307, { location: target }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { origin: `http://127.0.0.1:${port}`, received }
}

function open(origin: string) {
  const entry: SseEntry = {
    name: 'moved',
    transport: 'sse',
    url: `${origin}/sse`,
    headers: { 'x-api-key': 'secret' },
    hub: upstreamOptionsSchema.parse({}),
  }
  return openConnection(
    {
      entry,
      createTransport: () => createRemoteTransport(entry),
      clock: systemClock,
      prior: undefined,
      signal: AbortSignal.timeout(10_000),
    },
    { onNotification() {}, onRequest: async () => ({}), onClose() {} },
  )
}

it('follows an event stream to another path', async () => {
  const { origin, received } = await start('/events')
  const connection = await open(origin)
  expect(connection.client.getServerVersion()?.name).toBe('moved')
  expect(received.slice(0, 2)).toEqual(['GET /sse', 'GET /events'])
  await connection.close()
})

it('does not follow an event stream to another origin', async () => {
  const other = await start('/events')
  const { origin } = await start(`${other.origin}/events`)
  await expect(open(origin)).rejects.toThrow(`to another origin, ${other.origin}/events`)
  expect(other.received).toEqual([])
})
