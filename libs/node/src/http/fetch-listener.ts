import type { IncomingMessage, ServerResponse } from 'node:http'

import { getRequestListener } from '@hono/node-server'
import type { Service } from '@mcp/http'
import { toWebErrorResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import type { InFlight } from './in-flight.ts'
import { mountOf } from './path-prefix.ts'
import { peerOf } from './peer.ts'
import { consumedBody } from './read-incoming.ts'
import { streamHeaders } from './write-response.ts'

export interface FetchListenerOptions {
  readonly pathPrefix: string
  readonly trustProxy: boolean
  readonly onError: (error: unknown) => void
}

/** Serves a service from `node:http` by its `fetch`. */
export function createFetchListener(
  service: Service,
  inFlight: InFlight,
  { pathPrefix, trustProxy, onError }: FetchListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const answer = async (
    request: Request,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<Response> => {
    try {
      const seen = trustProxy ? asTheCallerSentIt(request, incoming) : request
      const answered = await service.fetch(seen, peerOf(incoming))
      const isEvents = answered.headers.get('content-type')?.startsWith('text/event-stream')
      // A stream of events never ends by itself, so a shutdown does not wait for it.
      if (isEvents === true && incoming.method === 'GET') {
        inFlight.delete(outgoing)
        outgoing.shouldKeepAlive = false
      }
      const prefix = mountOf(incoming) || pathPrefix || forwarded(trustProxy, incoming, 'prefix')
      return withHeaders(answered, {
        ...(isEvents === true ? streamHeaders : {}),
        ...movedLocation(answered, prefix),
      })
    } catch (thrown) {
      const error = McpError.from(thrown)
      if (error.code === 'internal') onError(error)
      return toWebErrorResponse(error)
    }
  }

  return (request, response) => {
    // Where a framework has read the body, the adapter takes it from here.
    if (request.readableEnded)
      Object.assign(request, { rawBody: Buffer.from(consumedBody(request)) })
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
    const listener = getRequestListener((seen) => answer(seen, request, response), {
      overrideGlobalObjects: false,
      hostname: 'localhost',
      errorHandler: (cause) =>
        toWebErrorResponse(
          new McpError('invalid-request', 'The URL or the Host is not valid.', { cause }),
        ),
    })
    listener(request, response).catch(onError)
  }
}

/** The request with the scheme and host that the caller used towards the proxy. */
function asTheCallerSentIt(request: Request, incoming: IncomingMessage): Request {
  const scheme = forwarded(true, incoming, 'proto')
  const host = forwarded(true, incoming, 'host')
  if (scheme === '' && host === '') return request
  const seen = new URL(request.url)
  const origin = `${scheme === 'https' ? 'https' : 'http'}://${host === '' ? seen.host : host}`
  if (!URL.canParse(origin)) throw new McpError('invalid-request', 'X-Forwarded-Host is no host.')
  const url = new URL(`${seen.pathname}${seen.search}`, origin)
  const { method, headers, body, signal } = request
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, signal, duplex: 'half' }
  return new Request(url, init)
}

function forwarded(trust: boolean, incoming: IncomingMessage, what: 'proto' | 'host' | 'prefix') {
  const value = trust ? incoming.headers[`x-forwarded-${what}`] : undefined
  const [first = ''] = String(value ?? '').split(',', 1)
  return first.trim().replace(/\/+$/, '')
}

function movedLocation(answered: Response, prefix: string): Record<string, string> {
  const location = answered.headers.get('location')
  if (prefix === '' || location === null || !/^\/(?!\/)/.test(location)) return {}
  return location.startsWith(`${prefix}/`) ? {} : { location: `${prefix}${location}` }
}

function withHeaders(answered: Response, added: Record<string, string>): Response {
  const names = Object.entries(added)
  if (names.length === 0) return answered
  const { status, statusText, body } = answered
  const headers = new Headers(answered.headers)
  for (const [name, value] of names) headers.set(name, value)
  return new Response(body, { status, statusText, headers })
}
