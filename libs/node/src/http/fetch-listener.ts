import type { IncomingMessage, ServerResponse } from 'node:http'

import { createLazy } from '@mcp/concurrency'
import type { Service } from '@mcp/http'
import { toWebErrorResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import { encodeResponse } from '../encoding/encode-response.ts'
import { sendContinue } from './expect-continue.ts'
import type { InFlight } from './in-flight.ts'
import { isPathPrefix, mountOf } from './path-prefix.ts'
import { peerOf } from './peer.ts'
import { consumedBody, discardBody, hasBody } from './read-incoming.ts'
import { streamHeaders } from './write-response.ts'

export interface FetchListenerOptions {
  readonly pathPrefix: string
  readonly trustProxy: boolean
  readonly maxBodyBytes: number
  /** Whether large responses are compressed and have an ETag. */
  readonly isEncoding: boolean
  readonly onError: (error: unknown) => void
}

// `@hono/node-server` loads `node:http2` and the `fetch` of Node, which would take a tenth of the start time of
// the hub.
const nodeServer = createLazy(() => import('@hono/node-server'))

/** Creates a `node:http` listener that calls the `fetch` of a service. */
export function createFetchListener(
  service: Service,
  inFlight: InFlight,
  { pathPrefix, trustProxy, maxBodyBytes, isEncoding, onError }: FetchListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const respond = async (
    request: Request,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<Response> => {
    try {
      const external = trustProxy ? withForwardedOrigin(request, incoming) : request
      const prefix = mountOf(incoming) || pathPrefix || forwardedPrefix(trustProxy, incoming)
      const peer = peerOf(incoming, trustProxy)
      const result = await service.fetch(
        external,
        prefix === '' ? peer : { ...peer, pathPrefix: prefix },
      )
      if (!incoming.readableDidRead) discardBody(incoming, maxBodyBytes)
      const isEvents = result.headers.get('content-type')?.startsWith('text/event-stream')
      // A shutdown must not wait for an event stream, which does not end by itself.
      if (isEvents === true && incoming.method === 'GET') {
        inFlight.delete(outgoing)
        outgoing.shouldKeepAlive = false
      }
      const response = withHeaders(result, {
        ...(isEvents === true ? streamHeaders : {}),
        ...prefixedLocation(result, prefix),
      })
      return isEncoding ? await encodeResponse(incoming, outgoing, response) : response
    } catch (thrown) {
      const error = McpError.from(thrown)
      if (error.code === 'internal') onError(error)
      return toWebErrorResponse(error)
    }
  }

  return (request, response) => {
    // If a framework has already read the body, `getRequestListener` reads it from `rawBody`.
    if (request.readableEnded)
      Object.assign(request, { rawBody: Buffer.from(consumedBody(request)) })
    sendContinue(request, response)
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
    const { method } = request
    const isRead = method === 'GET' || method === 'HEAD'
    const hasOwnBody = !isRead && hasBody(request) && !request.readableEnded
    const listen = async () => {
      const { getRequestListener } = await nodeServer.get()
      const listener = getRequestListener(
        (webRequest) => {
          const received = hasOwnBody ? withBody(webRequest, request, maxBodyBytes) : webRequest
          return respond(received, request, response)
        },
        {
          overrideGlobalObjects: false,
          hostname: 'localhost',
          errorHandler: (cause) =>
            toWebErrorResponse(
              new McpError('invalid-request', 'Invalid URL or Host header.', { cause }),
            ),
        },
      )
      await listener(request, response)
    }
    listen().catch(onError)
  }
}

/**
 * Returns the request with a body that passes on the chunks of the connection. The body that
 * `getRequestListener` creates copies each chunk, and both copies stay in memory until a garbage
 * collection.
 */
function withBody(request: Request, incoming: IncomingMessage, maxBodyBytes: number): Request {
  const { url, method, headers, signal } = request
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers,
    signal,
    body: createBodyStream(incoming, maxBodyBytes),
    duplex: 'half',
  }
  return new Request(url, init)
}

function createBodyStream(
  incoming: IncomingMessage,
  maxBodyBytes: number,
): ReadableStream<Uint8Array> {
  let isOpen = true
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.on('data', (chunk: Buffer) => {
          if (!isOpen) return
          controller.enqueue(chunk)
          incoming.pause()
        })
        incoming.once('end', () => {
          if (isOpen) controller.close()
          isOpen = false
        })
        incoming.once('close', () => {
          if (isOpen)
            controller.error(new Error('The connection closed before the end of the body.'))
          isOpen = false
        })
        incoming.pause()
      },
      pull() {
        incoming.resume()
      },
      cancel() {
        isOpen = false
        discardBody(incoming, maxBodyBytes)
        incoming.resume()
      },
    },
    // Nothing is read before the service reads the body.
    { highWaterMark: 0 },
  )
}

/** Returns the request with the scheme and host that the caller sent to the proxy. */
function withForwardedOrigin(request: Request, incoming: IncomingMessage): Request {
  const scheme = forwarded(true, incoming, 'proto') || schemeOf(incoming.headers.forwarded)
  const host = forwarded(true, incoming, 'host')
  if (scheme === '' && host === '') return request
  const internal = new URL(request.url)
  const origin = `${scheme.toLowerCase() === 'https' ? 'https' : 'http'}://${host === '' ? internal.host : host}`
  if (!URL.canParse(origin)) {
    throw new McpError('invalid-request', 'Invalid X-Forwarded-Host header.')
  }
  const url = new URL(`${internal.pathname}${internal.search}`, origin)
  const { method, headers, body, signal } = request
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, signal, duplex: 'half' }
  return new Request(url, init)
}

/** Returns the scheme that the first element of the header `Forwarded` (RFC 7239) states. */
function schemeOf(header: string | undefined): string {
  return /^[^,]*?\bproto="?(\w+)/i.exec(header ?? '')?.[1] ?? ''
}

/**
 * Returns the prefix that a proxy removed from the path. A malformed prefix is ignored, because it could forge
 * a `Location`.
 */
function forwardedPrefix(trustProxy: boolean, incoming: IncomingMessage): string {
  const prefix = forwarded(trustProxy, incoming, 'prefix')
  return isPathPrefix(prefix) ? prefix : ''
}

function forwarded(
  trustProxy: boolean,
  incoming: IncomingMessage,
  field: 'proto' | 'host' | 'prefix',
) {
  const value = trustProxy ? incoming.headers[`x-forwarded-${field}`] : undefined
  const [first = ''] = String(value ?? '').split(',', 1)
  return first.trim().replace(/\/+$/, '')
}

function prefixedLocation(response: Response, prefix: string): Record<string, string> {
  const location = response.headers.get('location')
  if (prefix === '' || location === null || !/^\/(?!\/)/.test(location)) return {}
  return location.startsWith(`${prefix}/`) ? {} : { location: `${prefix}${location}` }
}

function withHeaders(response: Response, added: Record<string, string>): Response {
  const entries = Object.entries(added)
  if (entries.length === 0) return response
  const { status, statusText, body } = response
  const headers = new Headers(response.headers)
  for (const [name, value] of entries) headers.set(name, value)
  return new Response(body, { status, statusText, headers })
}
