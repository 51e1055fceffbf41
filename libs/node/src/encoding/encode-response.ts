import type { IncomingMessage, ServerResponse } from 'node:http'

import type { TextResponse } from '@mcp/http'

import type { Content } from './encode-content.ts'
import {
  encodeContent,
  isEncodable,
  isEncodedFor,
  minEncodedBytes,
  notModified,
} from './encode-content.ts'

/** Maximum size of a body that is read as a whole to encode it, in bytes. */
const maxWholeBytes = 8 * 1024 * 1024

/**
 * Whether a text response of a raw route is large enough to get an ETag or be compressed, if the request allows
 * it.
 */
export function isLarge(request: IncomingMessage, { body }: TextResponse): boolean {
  return body.length > minEncodedBytes && isEncodedFor(request)
}

/** Encodes the response of a raw route. */
export async function encodeText(
  request: IncomingMessage,
  response: ServerResponse,
  result: TextResponse,
): Promise<{ status: number; headers: Record<string, string>; body: string | Uint8Array }> {
  const headers = withVary(new Headers(result.headers), response)
  if (!isEncodable(result.status, headers)) return result
  const body = new TextEncoder().encode(result.body)
  const encoded = await encodeContent(request, { status: result.status, headers, body })
  const { status } = encoded
  return { status, headers: Object.fromEntries(encoded.headers), body: encoded.body ?? '' }
}

/**
 * Encodes a web-standard response. The body of an event stream or of a binary download is not read. A text
 * larger than 8 MiB is passed on unchanged.
 */
export async function encodeResponse(
  request: IncomingMessage,
  response: ServerResponse,
  result: Response,
): Promise<Response> {
  const { status } = result
  const known = notModified(request, result)
  if (known !== undefined) {
    await result.body?.cancel()
    return toResponse(known)
  }
  if (result.body === null || !isEncodable(status, result.headers)) return result
  if (Number(result.headers.get('content-length') ?? Infinity) <= minEncodedBytes) return result
  const read = await readWhole(result.body, response)
  if (read instanceof ReadableStream) return new Response(read, result)
  const headers = withVary(new Headers(result.headers), response)
  return toResponse(await encodeContent(request, { status, headers, body: read }))
}

function toResponse({ status, headers, body }: Content): Response {
  return new Response(body, { status, headers })
}

/**
 * Adds the value of the `Vary` header that the host has set. Otherwise, the header of the response would
 * replace it.
 */
function withVary(headers: Headers, response: ServerResponse): Headers {
  const vary = response.getHeader('vary')
  if (vary !== undefined) headers.append('vary', String(vary))
  return headers
}

/**
 * Reads a body. Returns a stream of the same bytes if the body is too large. Stops when the caller disconnects.
 */
async function readWhole(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>> {
  const reader = body.getReader()
  const stop = (): void => void reader.cancel().catch(() => {})
  const chunks: Uint8Array[] = []
  let byteLength = 0
  response.once('close', stop)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return Buffer.concat(chunks, byteLength)
      chunks.push(value)
      byteLength += value.byteLength
      if (byteLength > maxWholeBytes) return resume(chunks, reader)
    }
  } finally {
    response.off('close', stop)
  }
}

function resume(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
    },
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
