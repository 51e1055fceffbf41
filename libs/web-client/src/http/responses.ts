import { envelopeResponse, toWebErrorResponse, toWebResponse } from '@mcp/http'
import type { ResponseEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ResolvedSession } from '../sessions/session-resolver.ts'

/** Returns the 404 response for `target`, which is a path or a method with a path. */
export function notFound(target: string): Response {
  return toWebErrorResponse(new McpError('not-found', `Not found: ${target.slice(0, 200)}.`))
}

/** Creates a function that returns the response for an error, and reports unexpected errors. */
export function errorResponder(onError: (error: unknown) => void): (thrown: unknown) => Response {
  return (thrown) => {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(error)
    return toWebErrorResponse(error)
  }
}

/** Returns the HTTP response for a response envelope. */
export function envelopeToResponse(response: ResponseEnvelope): Response {
  return toWebResponse(envelopeResponse(response))
}

/** Returns the response for an event stream. */
export function eventStream(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

/** Adds the cookie of the session to a response if the session is new to the browser. */
export function withCookie(response: Response, resolved: ResolvedSession): Response {
  addCookie(response, resolved)
  return response
}

/** Adds the header `Set-Cookie` to a response if there is a new cookie. */
export function addCookie(
  response: Response,
  source: { readonly cookie?: string | undefined } = {},
) {
  if (source.cookie !== undefined) response.headers.append('set-cookie', source.cookie)
}
