import type { IncomingMessage, ServerResponse } from 'node:http'

import type { RawRequest, Peer } from '@mcp/http'

import { peerOf } from './peer.ts'

const emptyBody = new Uint8Array()

/**
 * A `node:http` request for a raw route. Its body is set after it has been read. It is a class because
 * an object literal would define its getters again for each request, which is slow.
 */
export class NodeRawRequest implements RawRequest {
  body: Uint8Array = emptyBody
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #trustProxy: boolean
  #signal: AbortSignal | undefined

  constructor(request: IncomingMessage, response: ServerResponse, trustProxy: boolean) {
    this.#request = request
    this.#response = response
    this.#trustProxy = trustProxy
  }

  // An arrow function, so that `authenticate: ({ header }) => ...` works.
  readonly header = (name: string): string | undefined => {
    const value = this.#request.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }

  get peer(): Peer {
    return peerOf(this.#request, this.#trustProxy)
  }

  // Created on first use, because most handlers never read it.
  get signal(): AbortSignal {
    return (this.#signal ??= connectionSignal(this.#response))
  }
}

/** Creates the request that a raw route receives, without its body. */
export function createRawRequest(
  request: IncomingMessage,
  response: ServerResponse,
  trustProxy: boolean,
): NodeRawRequest {
  return new NodeRawRequest(request, response, trustProxy)
}

function connectionSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  if (response.destroyed) controller.abort()
  else response.once('close', () => response.writableFinished || controller.abort())
  return controller.signal
}
