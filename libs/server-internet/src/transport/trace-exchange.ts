import { inSpan } from '@mcp/telemetry'

/**
 * Sends a request in a span. The span contains neither the path nor the query, because they may contain
 * secrets. The request has no trace context, because its receiver is a foreign site.
 */
export async function traceExchange<Response extends { readonly status: number }>(
  { method, url }: { readonly method: string; readonly url: URL },
  send: () => Promise<Response>,
): Promise<Response> {
  const attributes = {
    'http.request.method': method,
    'url.scheme': url.protocol.slice(0, -1),
    'server.address': url.hostname,
    ...(url.port === '' ? {} : { 'server.port': Number(url.port) }),
  }
  return inSpan(method, { kind: 'client', attributes }, async (span) => {
    const response = await send()
    span?.setAttributes({ 'http.response.status_code': response.status })
    if (response.status >= 400) span?.fail(String(response.status))
    return response
  })
}
