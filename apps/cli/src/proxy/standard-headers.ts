import type { RpcRequest } from './envelope.ts'

/** The parameter that the header `Mcp-Name` repeats, by method. */
const namedBy: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
])

/**
 * Returns the headers that repeat a part of a request of protocol version 2026-07-28 or later. The
 * endpoint compares them with the body.
 */
export function standardHeaders(request: RpcRequest, version: string): Record<string, string> {
  const headers: Record<string, string> = {
    'mcp-protocol-version': encodeHeaderValue(version),
    'mcp-method': encodeHeaderValue(request.method),
  }
  const name = request.params[namedBy.get(request.method) ?? '']
  if (typeof name === 'string') headers['mcp-name'] = encodeHeaderValue(name)
  return headers
}

/**
 * Encodes the value of a header as the standard requires: a value that is not plain ASCII text, or
 * looks like an encoded one, is the base64 of its UTF-8.
 */
export function encodeHeaderValue(value: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(value) && value === value.trim()
  if (isPlain && !(value.startsWith('=?base64?') && value.endsWith('?='))) return value
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`
}
