import type { MaybePromise } from '@mcp/protocol'
import { inSpan, isTracing } from '@mcp/telemetry'

type Fetch = (request: Request) => MaybePromise<Response>

/** Returns a `fetch` whose requests are spans, and which sends the trace context to the session manager. */
export function traceFetch(fetch: Fetch = (request) => globalThis.fetch(request)): Fetch {
  return (request) => {
    if (!isTracing()) return fetch(request)
    const { method } = request
    const { hostname, port } = new URL(request.url)
    const attributes = {
      'http.request.method': method,
      'server.address': hostname,
      ...(port === '' ? {} : { 'server.port': Number(port) }),
    }
    return inSpan(method, { kind: 'client', attributes }, async (span) => {
      const headers = new Headers(request.headers)
      for (const [name, value] of Object.entries(span?.trace ?? {}))
        headers.set(name, String(value))
      const response = await fetch(new Request(request, { headers }))
      span?.setAttributes({ 'http.response.status_code': response.status })
      if (response.status >= 400) span?.fail(String(response.status))
      return response
    })
  }
}
