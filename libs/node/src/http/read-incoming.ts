import type { IncomingMessage, ServerResponse } from 'node:http'

import { bodyTooLarge, createBodyCollector } from '@mcp/http'

import { sendContinue } from './expect-continue.ts'

/** Receives the body of a request. Neither method is called if the caller disconnects before its end. */
export interface BodyReader {
  done(body: Uint8Array): void
  fail(thrown: unknown): void
}

const emptyBody = new Uint8Array()
const minDiscardBytes = 4 * 1024 * 1024

/**
 * Reads the body of a request up to the limit. It uses callbacks because a promise for each request
 * is measurable on the fast path.
 */
export function readIncoming(
  request: IncomingMessage,
  response: ServerResponse,
  maxBodyBytes: number,
  reader: BodyReader,
): void {
  if (request.readableEnded) {
    const body = consumedBody(request)
    if (body.byteLength > maxBodyBytes) reader.fail(bodyTooLarge(maxBodyBytes))
    else reader.done(body)
    return
  }
  if (!hasBody(request)) return reader.done(emptyBody)
  let collector
  try {
    collector = createBodyCollector({
      maxBodyBytes,
      declared: request.headers['content-length'],
      release,
    })
  } catch (thrown) {
    refuse(thrown)
    return
  }
  const { add, end, drop } = collector
  let isFirst = true
  const onData = (chunk: Buffer): void => {
    try {
      add(chunk)
      // The chunks of a caller that disconnects must not count any longer.
      if (!isFirst) return
      isFirst = false
      request.once('close', drop)
    } catch (thrown) {
      drop()
      request.off('data', onData)
      request.off('end', onEnd)
      refuse(thrown)
    }
  }
  const onEnd = (): void => reader.done(end())
  sendContinue(request, response)
  request.on('data', onData)
  request.on('end', onEnd)

  function refuse(thrown: unknown): void {
    reader.fail(thrown)
    discardBody(request, maxBodyBytes)
  }
}

/**
 * Discards the rest of a refused body, within bounds, so that the caller receives the response and can
 * reuse the connection: closing it while the caller still sends would turn the response into a
 * connection reset.
 */
export function discardBody(request: IncomingMessage, maxBodyBytes: number): void {
  if (request.readableEnded || !hasBody(request)) return
  let remainingBytes = Math.max(maxBodyBytes, minDiscardBytes)
  request.on('data', (chunk: Buffer) => {
    remainingBytes -= chunk.byteLength
    release(chunk)
    if (remainingBytes < 0) request.socket.destroy()
  })
}

/** Frees the memory of a chunk now: waiting for the garbage collector costs tens of megabytes. */
function release({ buffer, byteLength }: Uint8Array): void {
  // Small chunks may share their memory with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/** Returns the body of a request that the parser of a framework has already consumed. */
export function consumedBody(request: IncomingMessage): Uint8Array {
  const body: unknown = 'body' in request ? request.body : undefined
  if (body === undefined || body === null) return emptyBody
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
