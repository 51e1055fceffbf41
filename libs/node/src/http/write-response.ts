import type { ServerResponse } from 'node:http'

import type { ByteSink, RawResponse } from '@mcp/http'

/** Writes an answer: a whole one in a single write, a stream as its bytes come. */
export function writeResponse(response: ServerResponse, answer: RawResponse): void {
  const { status, headers } = answer
  if ('stream' in answer) {
    // A connection that ends with its answer needs no chunks, which cost two more buffers an event.
    if (!response.shouldKeepAlive) response.removeHeader('transfer-encoding')
    response.writeHead(status, { ...headers, ...streamHeaders })
    writeStream(response, answer.stream)
  } else if (status === 204 || status === 304) {
    response.writeHead(status, headers).end()
  } else {
    const { body } = answer
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
  }
}

/** What keeps a proxy from holding a stream's events back. */
export const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const

function writeStream(response: ServerResponse, stream: (sink: ByteSink) => () => void): void {
  response.flushHeaders()
  let ended = false
  const stop = stream({
    write(bytes) {
      if (ended) return 0
      response.write(bytes)
      return response.writableLength
    },
    end() {
      ended = true
      response.end()
    },
    destroy() {
      ended = true
      response.destroy()
    },
  })
  response.on('close', () => {
    if (!ended) {
      ended = true
      stop()
    }
  })
}
