import { isRecord } from '@mcp/protocol'

import type { EndpointRequest } from '../endpoint.ts'

const forwarded = [
  'accept',
  'content-type',
  'mcp-protocol-version',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'traceparent',
  'tracestate',
] as const

/** Returns a web-standard request for the SDK, which reads the headers of the standard from it. */
export function toWebRequest({ method, request, body, view }: EndpointRequest): Request {
  const headers = new Headers()
  for (const name of [...forwarded, ...parameterHeaders(body, view)]) {
    const value = request.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  return new Request('http://localhost/mcp', { method, headers, signal: request.signal })
}

/** Returns the `Mcp-Param-*` headers that the tool of a call declares in its input schema. */
function parameterHeaders(body: unknown, view: EndpointRequest['view']): string[] {
  if (!isRecord(body) || body['method'] !== 'tools/call' || !isRecord(body['params'])) return []
  const tool = view.find(String(body['params']['name']))
  return tool === undefined ? [] : declaredHeaders(tool.definition.inputSchema)
}

/** Returns the names of the headers that an input schema declares. */
export function declaredHeaders(schema: unknown): string[] {
  if (!isRecord(schema)) return []
  const { properties, 'x-mcp-header': own } = schema
  const nested = isRecord(properties) ? Object.values(properties).flatMap(declaredHeaders) : []
  return typeof own === 'string' ? [`mcp-param-${own.toLowerCase()}`, ...nested] : nested
}
