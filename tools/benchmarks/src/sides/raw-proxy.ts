import { createServer } from 'node:http'

import { Pool } from 'undici'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/** The minimal proxy that two processes are compared with. It forwards bytes to the raw echo and back. */
const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: 64, pipelining: 1 })

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const received: Buffer[] = []
    pool.dispatch(
      {
        path: '/process',
        method: 'POST',
        headers: ['content-type', 'application/json'],
        body: Buffer.concat(chunks),
      },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => received.push(chunk),
        onResponseEnd: () => {
          const body = Buffer.concat(received)
          response.writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': body.byteLength,
          })
          response.end(body)
        },
        onResponseError: (_controller, error) => response.destroy(error),
      },
    )
  })
})

serveSide(await listenOnLoopback(server))
