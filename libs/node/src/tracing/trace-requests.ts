import { readTrace } from '@mcp/http'
import { isTracing, openSpan } from '@mcp/telemetry'

import type { NodeHandler } from '../http/node-handler.ts'

/**
 * Returns a handler that runs each request in a span, or the same handler if no tracer is registered.
 * Requests of probes have no spans.
 */
export function traceRequests(handler: NodeHandler): NodeHandler {
  if (!isTracing()) return handler
  return (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    const [path = '/'] = url.split('?', 1)
    const { traceparent, tracestate } = headers
    const span = probes.has(path)
      ? undefined
      : openSpan(`${method} ${templateOf(path)}`, {
          kind: 'server',
          parent: readTrace(traceparent, tracestate),
          attributes: { 'http.request.method': method, 'url.path': templateOf(path) },
        })
    if (span === undefined) return handler(request, response)
    // The chunks of a body would otherwise arrive in the context of the first request of the connection.
    span.bind(request)
    response.once('close', () => {
      const { statusCode } = response
      span.setAttributes({ 'http.response.status_code': statusCode })
      // A path without a route is any text that the caller chose, so it must not be the name of a span.
      if (statusCode === 404) span.rename(method)
      if (statusCode >= 500) span.fail(String(statusCode))
      span.end()
    })
    span.run(() => handler(request, response))
  }
}

const probes: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics'])

/**
 * Returns a path in which `{id}` replaces each segment that may be an id: a segment with a digit or `%`, or
 * with more than 32 characters. A session id grants access to its session, so it must not be in a trace.
 */
function templateOf(path: string): string {
  return path.replaceAll(/\/(?:[^/]*%[^/]*|[^/]*\d[^/]*|[^/]{33,})(?=\/|$)/g, '/{id}')
}
