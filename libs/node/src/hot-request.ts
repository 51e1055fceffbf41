import type { IncomingMessage, ServerResponse } from 'node:http'

import type { HotRequest } from '@mcp/protocol'

import { peerOf } from './peer.ts'

/** A request of node's, as a hot route sees it. */
export function createHotRequest(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
): HotRequest {
  let signal: AbortSignal | undefined
  return {
    header(name) {
      const value = request.headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
    body,
    // Made when it is first asked for: most handlers never do.
    get signal() {
      return (signal ??= connectionSignal(response))
    },
    peer: peerOf(request),
  }
}

function connectionSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (response.destroyed) controller.abort()
  else response.once('close', () => response.writableFinished || controller.abort())
  return controller.signal
}
