import type { IncomingMessage, ServerResponse } from 'node:http'

import { bodyTooLarge, createBodyCollector } from '@mcp/http'
import type { BodyCollector } from '@mcp/http'

import { sendContinue } from './expect-continue.ts'
import { runInOwnTurn } from './own-turn.ts'

/** Receives the body of a request. If the caller disconnects before the end, neither method is called. */
export interface BodyReader {
  done(body: Uint8Array): void
  fail(thrown: unknown): void
}

const emptyBody = new Uint8Array()
/** Number of bytes that are read and discarded of a refused body, in addition to twice its limit. */
const extraDiscardBytes = 4 * 1024 * 1024

/**
 * Reads the body of a request up to the limit. It uses callbacks, because a promise for each request
 * takes measurable time on the fast path.
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
  const declared = request.headers['content-length']
  if (Number(declared) > maxBodyBytes) {
    refuse(bodyTooLarge(maxBodyBytes))
    return
  }
  /** The first chunk, if it is the whole body, as for most requests. */
  let whole: Buffer | undefined
  let collector: BodyCollector | undefined
  const onData = (chunk: Buffer): void => {
    if (collector === undefined && chunk.byteLength === Number(declared)) {
      whole = chunk
      return
    }
    try {
      if (collector === undefined) {
        collector = createBodyCollector({ maxBodyBytes, declared, release })
        // If the caller disconnects, its chunks no longer count towards the memory in use.
        request.once('close', collector.drop)
      }
      collector.add(chunk)
    } catch (thrown) {
      collector?.drop()
      request.off('data', onData)
      request.off('end', onEnd)
      refuse(thrown)
    }
  }
  const onEnd = (): void => {
    const collected = collector
    if (collected === undefined) return reader.done(whole ?? emptyBody)
    // The request closes soon after its end. The response closes only when it is complete or the caller
    // disconnects.
    request.off('close', collected.drop)
    response.once('close', collected.drop)
    runInOwnTurn(() => {
      if (!response.closed) reader.done(collected.end())
    })
  }
  sendContinue(request, response)
  request.on('data', onData)
  request.on('end', onEnd)

  function refuse(thrown: unknown): void {
    reader.fail(thrown)
    discardBody(request, maxBodyBytes)
  }
}

/**
 * Reads and discards the rest of a refused body, so that the caller can reuse the connection. If the server
 * closed the connection while the caller is still sending, the caller would see a connection reset instead of
 * the response. Only the connection of a caller that sends too much is closed.
 */
export function discardBody(request: IncomingMessage, maxBodyBytes: number): void {
  if (request.readableEnded || !hasBody(request)) return
  let remainingBytes = 2 * maxBodyBytes + extraDiscardBytes
  request.on('data', (chunk: Buffer) => {
    remainingBytes -= chunk.byteLength
    release(chunk)
    if (remainingBytes < 0) request.socket.destroy()
  })
}

/**
 * Frees the memory of a chunk immediately. Otherwise, chunks would occupy tens of megabytes until a garbage
 * collection.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  // Small chunks may share a buffer, which must not be freed.
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
