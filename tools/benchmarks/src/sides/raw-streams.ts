import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** The minimal server that the fan-out is compared with. It writes one string to every open stream. */
const readers = new Set<ServerResponse>()

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': open\n\n')
  readers.add(response)
  response.on('close', () => readers.delete(response))
})

serveSide(await listenOnLoopback(server), {
  async publish(count) {
    for (let index = 0; index < count; index++) {
      const event = `id: ${index}\nevent: benchmark-note\ndata: ${JSON.stringify({
        id: `ntf-${index}`,
        timestamp: new Date().toISOString(),
        type: 'benchmark-note',
        data: { index, text: 'x'.repeat(100) },
        metadata: { version: '1.0', source: 'benchmark' },
      })}\n\n`
      for (const reader of readers) reader.write(event)
      await new Promise((next) => setImmediate(next))
    }
    return readers.size
  },
})
