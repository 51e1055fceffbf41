import { createServer } from 'node:http'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/**
 * The minimal server that a request in one process is compared with. It parses a JSON body and writes a
 * JSON response of typical size.
 */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { id, payload } = JSON.parse(Buffer.concat(chunks).toString())
    const body = JSON.stringify({
      id,
      timestamp: new Date().toISOString(),
      status: 'success',
      data: { result: payload.params.a + payload.params.b },
      metadata: { version: '1.0', source: 'mcp-server-3' },
    })
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})

serveSide(await listenOnLoopback(server))
