import type { IncomingMessage } from 'node:http'

import type { McpError } from '@mcp/protocol'
import { bodyTooLarge } from '@mcp/http'

/** Receives the body of a request. Neither method is called if the caller disconnects before its end. */
export interface BodyReader {
  done(body: Uint8Array): void
  fail(error: McpError): void
}

const emptyBody = new Uint8Array()
const minDiscardBytes = 1024 * 1024

/**
 * Reads the body of a request up to the limit. It uses callbacks because a promise for each request
 * is measurable on the fast path.
 */
export function readIncoming(
  request: IncomingMessage,
  maxBodyBytes: number,
  reader: BodyReader,
): void {
  if (request.readableEnded) return settle(consumedBody(request), maxBodyBytes, reader)
  const { headers } = request
  const declared = headers['content-length']
  if (declared === undefined && headers['transfer-encoding'] === undefined) {
    return reader.done(emptyBody)
  }
  if (Number(declared) > maxBodyBytes) {
    refuse(request, maxBodyBytes, reader)
    return
  }

  let first: Buffer | undefined
  let rest: Buffer[] | undefined
  let length = 0
  const onData = (chunk: Buffer): void => {
    length += chunk.byteLength
    if (length > maxBodyBytes) {
      request.off('data', onData)
      request.off('end', onEnd)
      refuse(request, maxBodyBytes, reader)
    } else if (first === undefined) {
      first = chunk
    } else {
      rest ??= [first]
      rest.push(chunk)
    }
  }
  const onEnd = (): void =>
    reader.done(rest === undefined ? (first ?? emptyBody) : Buffer.concat(rest))
  request.on('data', onData)
  request.on('end', onEnd)
}

/** Returns the body of a request that the parser of a framework has already consumed. */
export function consumedBody(request: IncomingMessage): Uint8Array {
  const body: unknown = 'body' in request ? request.body : undefined
  if (body === undefined || body === null) return emptyBody
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function settle(body: Uint8Array, maxBodyBytes: number, reader: BodyReader): void {
  if (body.byteLength > maxBodyBytes) reader.fail(bodyTooLarge(maxBodyBytes))
  else reader.done(body)
}

/**
 * Responds immediately and discards the rest of the body, within bounds, so that the caller receives
 * the response and can reuse the connection: closing it while the caller still sends would turn the
 * response into a connection reset.
 */
function refuse(request: IncomingMessage, maxBodyBytes: number, reader: BodyReader): void {
  let remainingBytes = Math.max(maxBodyBytes, minDiscardBytes)
  request.on('data', (chunk: Buffer) => {
    remainingBytes -= chunk.byteLength
    if (remainingBytes < 0) request.socket.destroy()
  })
  reader.fail(bodyTooLarge(maxBodyBytes))
}
