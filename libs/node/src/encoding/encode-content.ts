import type { IncomingMessage } from 'node:http'

import { acceptsGzip } from './accepts-gzip.ts'
import { compress } from './compress.ts'
import { createEtag, isKnownVersion, weaken } from './etag.ts'

/** A response whose whole body is known. */
export interface Content {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** Size in bytes. Only larger bodies receive an ETag and are compressed. */
export const minEncodedBytes = 1024

const encodedTypes =
  /^(?:text\/|image\/svg|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))\b)/i
const streamedTypes = /^text\/event-stream\b/i

/** Whether a response with these headers is a complete text that is not encoded yet and may be encoded. */
export function isEncodable(status: number, headers: Headers): boolean {
  const type = headers.get('content-type') ?? ''
  if (!encodedTypes.test(type) || streamedTypes.test(type)) return false
  if (status === 204 || status === 206 || status === 304) return false
  if (headers.has('content-encoding') || headers.has('content-range')) return false
  return !/\bno-transform\b/i.test(headers.get('cache-control') ?? '')
}

/** Whether a large response to this request may get an ETag or be compressed. */
export function isEncodedFor({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' || acceptsGzip(headers['accept-encoding'])
}

/** Returns a response with status 304 if the caller has this version of a document. */
export function notModified(
  { method, headers: sent }: IncomingMessage,
  { status, headers }: Omit<Content, 'body'>,
): Content | undefined {
  const etag = headers.get('etag')
  if (status !== 200 || etag === null || (method !== 'GET' && method !== 'HEAD')) return undefined
  if (!isKnownVersion(sent['if-none-match'], etag)) return undefined
  const remaining = new Headers(headers)
  for (const name of ['content-type', 'content-length', 'content-encoding']) remaining.delete(name)
  return { status: 304, headers: remaining, body: null }
}

/**
 * Adds an ETag to a large document, and compresses its body if the caller accepts that. Returns a response
 * with status 304 if the caller has this version. An ETag that the service has set is kept. With compression,
 * the ETag becomes weak, because the bytes are different.
 */
export async function encodeContent(request: IncomingMessage, content: Content): Promise<Content> {
  const { status, body } = content
  if (body === null || body.byteLength <= minEncodedBytes) return content
  const headers = new Headers(content.headers)
  if (request.method === 'GET' && status === 200 && !headers.has('etag')) {
    headers.set('etag', await createEtag(body))
    if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache')
  }
  const vary = headers.get('vary')
  headers.set('vary', vary === null ? 'accept-encoding' : `${vary}, accept-encoding`)
  const known = notModified(request, { status, headers })
  if (known !== undefined) return known
  const { range, 'accept-encoding': accepted } = request.headers
  // A range refers to the uncompressed bytes, so the response to a range request is not compressed.
  const isAccepted = range === undefined && acceptsGzip(accepted)
  const compressed = isAccepted ? await compress(body) : undefined
  if (compressed === undefined) return { status, headers, body }
  const etag = headers.get('etag')
  if (etag !== null) headers.set('etag', weaken(etag))
  headers.set('content-encoding', 'gzip')
  headers.delete('content-length')
  return { status, headers, body: compressed }
}
