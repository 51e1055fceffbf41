import type { IncomingMessage } from 'node:http'

import type { McpError } from '@mcp/protocol'
import { bodyTooLarge } from '@mcp/http'

/** What became of a body. Neither is called when the caller leaves before its end. */
export interface BodyReader {
  done(body: Uint8Array): void
  fail(error: McpError): void
}

const nothing = new Uint8Array()
const leastPatience = 1024 * 1024

/**
 * Reads a request's body no further than the limit, by callbacks: a promise a request is what the
 * hot path cannot afford.
 */
export function readIncoming(request: IncomingMessage, maxBytes: number, reader: BodyReader): void {
  if (request.readableEnded) return settle(consumedBody(request), maxBytes, reader)
  const { headers } = request
  const declared = headers['content-length']
  if (declared === undefined && headers['transfer-encoding'] === undefined) {
    return reader.done(nothing)
  }
  if (Number(declared) > maxBytes) {
    refuse(request, maxBytes, reader)
    return
  }

  let first: Buffer | undefined
  let rest: Buffer[] | undefined
  let length = 0
  const onData = (chunk: Buffer): void => {
    length += chunk.byteLength
    if (length > maxBytes) {
      request.off('data', onData)
      request.off('end', onEnd)
      refuse(request, maxBytes, reader)
    } else if (first === undefined) {
      first = chunk
    } else {
      rest ??= [first]
      rest.push(chunk)
    }
  }
  const onEnd = (): void =>
    reader.done(rest === undefined ? (first ?? nothing) : Buffer.concat(rest))
  request.on('data', onData)
  request.on('end', onEnd)
}

/** The body of a request that a framework's parser has read to its end. */
export function consumedBody(request: IncomingMessage): Uint8Array {
  const body: unknown = 'body' in request ? request.body : undefined
  if (body === undefined || body === null) return nothing
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function settle(body: Uint8Array, maxBytes: number, reader: BodyReader): void {
  if (body.byteLength > maxBytes) reader.fail(bodyTooLarge(maxBytes))
  else reader.done(body)
}

/**
 * Answers at once and reads on for a while, so that the caller gets to see the answer and may use
 * the connection again: closing it under a caller that still sends makes a reset of the answer.
 */
function refuse(request: IncomingMessage, maxBytes: number, reader: BodyReader): void {
  let patience = Math.max(maxBytes, leastPatience)
  request.on('data', (chunk: Buffer) => {
    patience -= chunk.byteLength
    if (patience < 0) request.socket.destroy()
  })
  reader.fail(bodyTooLarge(maxBytes))
}
