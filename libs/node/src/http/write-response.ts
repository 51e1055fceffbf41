import type { ServerResponse } from 'node:http'

import type { ByteSink, RawResponse } from '@mcp/http'

/** Writes a response. A text body is written at once. The bytes of a stream are written as they arrive. */
export function writeResponse(response: ServerResponse, result: RawResponse): void {
  const { status, headers } = result
  if ('stream' in result) {
    // Chunked encoding uses two more buffers per event. A connection that closes after the response
    // does not need chunked encoding.
    if (!response.shouldKeepAlive) response.removeHeader('transfer-encoding')
    response.writeHead(status, { ...headers, ...streamHeaders })
    writeStream(response, result.stream)
  } else if (status === 204 || status === 304) {
    response.writeHead(status, headers).end()
  } else {
    const { body } = result
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
  }
}

/** Headers that keep a proxy from buffering a stream. */
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
