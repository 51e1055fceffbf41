import type { Duplex } from 'node:stream'

import { errorResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import { STATUS_CODES } from '../builtin-http.ts'

/**
 * Responds with a JSON error to a malformed, oversized or late HTTP request, and closes the connection. Sends
 * no response if the caller has closed the connection.
 */
export function refuseMalformedRequest(failure: NodeJS.ErrnoException, socket: Duplex): void {
  if (failure.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = errorResponse(errorOf(failure.code))
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

function errorOf(code: string | undefined): McpError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new McpError('payload-too-large', 'The headers are larger than 16 KiB.', {
      details: { limit: 'headers' },
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new McpError('invalid-request', 'The request did not arrive in time.')
  }
  return new McpError('invalid-request', 'This is not a valid HTTP request.')
}
