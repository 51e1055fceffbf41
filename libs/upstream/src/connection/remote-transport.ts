import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client'

import type { HttpEntry, SseEntry } from '../entry/upstream-entry.ts'
import type { UpstreamLogin } from '../oauth/login.ts'
import { followRedirects } from './follow-redirects.ts'
import { limitMessages } from './limit-messages.ts'
import type { UpstreamTransport } from './upstream-transport.ts'

/**
 * Creates the transport of a server over Streamable HTTP or HTTP+SSE. With a login, it sends the access
 * token of the login.
 */
export async function createRemoteTransport(
  entry: HttpEntry | SseEntry,
  login?: Pick<UpstreamLogin, 'authProvider' | 'watch'>,
): Promise<UpstreamTransport> {
  const { SSEClientTransport, StreamableHTTPClientTransport } =
    await import('@modelcontextprotocol/client')
  const url = new URL(entry.url)
  const limited = limitMessages(followRedirects(entry.name, fetch))
  const options = {
    requestInit: { headers: { ...entry.headers } },
    fetch: login === undefined ? limited : login.watch(limited),
    ...(login === undefined ? {} : { authProvider: login.authProvider }),
  }
  return entry.transport === 'sse'
    ? new SSEClientTransport(url, options)
    : failUnansweredRequests(new StreamableHTTPClientTransport(url, options))
}

/**
 * The stream of a request may end without its response, such as when the server is killed. The SDK then waits
 * until the timeout. This function ends such a request with an error.
 */
function failUnansweredRequests(transport: Transport): UpstreamTransport {
  const send = transport.send.bind(transport)
  transport.send = (message: JSONRPCMessage, options?: TransportSendOptions) =>
    send(message, {
      ...options,
      onRequestStreamEnd() {
        options?.onRequestStreamEnd?.()
        if (!('id' in message) || message.id === undefined) return
        const error = { code: -32000, message: 'the connection closed before the response' }
        transport.onmessage?.({ jsonrpc: '2.0', id: message.id, error })
      },
    })
  return transport
}
