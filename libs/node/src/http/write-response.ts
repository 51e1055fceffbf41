import type { ServerResponse } from 'node:http'

import type { ByteSink, RawResponse } from '@mcp/http'

import { createJoinedWriter } from './joined-writer.ts'

/** A response of a raw route, whose text may have been encoded as bytes. */
export type WrittenResponse =
  | RawResponse
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | Uint8Array
    }

/** Writes a response. A text body is written at once. The bytes of a stream are written as they arrive. */
export function writeResponse(response: ServerResponse, result: WrittenResponse): void {
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
  const { write, flush } = createJoinedWriter(response)
  const stop = stream({
    write: (bytes) => (ended ? 0 : write(bytes)),
    end() {
      ended = true
      flush()
      response.end()
      if (response.writableLength > 0) closeUnread(response)
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

/** Time for a reader to receive the last bytes of a stream. */
const maxUnreadMs = 30_000

/** Closes the connection of a stream that has ended, if its reader does not receive the last bytes. */
function closeUnread(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), maxUnreadMs).unref()
  response.once('close', () => clearTimeout(timer))
}
