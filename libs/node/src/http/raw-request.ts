import type { IncomingMessage, ServerResponse } from 'node:http'

import type { RawRequest, Peer } from '@mcp/http'

import { peerOf } from './peer.ts'

/**
 * A `node:http` request for a raw handler. A class because a getter in an object literal is defined
 * again for each request, which costs more than everything else here.
 */
class NodeRawRequest implements RawRequest {
  readonly body: Uint8Array
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #trustProxy: boolean
  #signal: AbortSignal | undefined

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    body: Uint8Array,
    trustProxy: boolean,
  ) {
    this.body = body
    this.#request = request
    this.#response = response
    this.#trustProxy = trustProxy
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  get peer(): Peer {
    return peerOf(this.#request, this.#trustProxy)
  }

  // Created on first use: most handlers never read it.
  get signal(): AbortSignal {
    return (this.#signal ??= connectionSignal(this.#response))
  }
}

/** Creates the request that a raw handler receives. */
export function createRawRequest(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  trustProxy: boolean,
): RawRequest {
  return new NodeRawRequest(request, response, body, trustProxy)
}

function connectionSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (response.destroyed) controller.abort()
  else response.once('close', () => response.writableFinished || controller.abort())
  return controller.signal
}
