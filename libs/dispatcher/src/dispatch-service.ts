import type { BodyLimits, RawRequest, RawResponse, RawRoute, RequestHead, Service } from '@mcp/http'
import {
  callerAddress,
  envelopeResponse,
  errorResponse,
  handleFetch,
  readJson,
  withoutCallerClaims,
} from '@mcp/http'
import type { MaybePromise, RequestContext } from '@mcp/protocol'
import { McpError, parseRequest, systemClock } from '@mcp/protocol'

import type { Dispatcher } from './dispatcher.ts'

/** Session and principal of a request. The application that embeds the service identifies them. */
export type Caller = Pick<RequestContext, 'sessionId' | 'principal' | 'claims'>

export interface DispatchServiceOptions extends BodyLimits {
  /**
   * Identifies the caller, or throws an `McpError` such as `unauthenticated`. Default: every caller is
   * anonymous.
   */
  readonly identify?: ((request: RequestHead) => MaybePromise<Caller>) | undefined
}

/**
 * Creates an HTTP service for a dispatcher, without sessions: each `POST` sends a request envelope
 * and receives a response envelope. Mount it under any path of your server.
 *
 * @example
 * const service = createDispatchService(createDispatcher({ servers: [tools] }))
 * app.post('/requests', (context) => service.fetch(context.req.raw))
 */
export function createDispatchService(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  options: DispatchServiceOptions = {},
): Service {
  const { identify, maxBodyBytes } = options
  const closing = new AbortController()
  let isClosed = false

  const admit: RawRoute = async (head) => {
    try {
      if (isClosed) throw new McpError('unavailable', 'The service is closed.')
      const caller = identify === undefined ? undefined : await identify(head)
      return (request) => handle(request, caller)
    } catch (thrown) {
      return errorResponse(thrown)
    }
  }

  async function handle(raw: RawRequest, caller: Caller | undefined): Promise<RawResponse> {
    try {
      const received = parseRequest(readJson(raw, options))
      const request = withoutCallerClaims(received)
      const response = await dispatcher.dispatch(request, {
        // Limits per caller use the address of an anonymous caller.
        address: callerAddress(raw.peer),
        ...caller,
        signal: AbortSignal.any([raw.signal, closing.signal]),
        original: request === received ? { request, body: raw.body } : undefined,
      })
      return envelopeResponse(response)
    } catch (thrown) {
      return errorResponse(thrown)
    }
  }

  return {
    fetch(request, peer) {
      const route = request.method === 'POST' ? admit : refuseMethod
      return handleFetch(route, request, peer, maxBodyBytes)
    },
    fastRoute: (method) => (method === 'POST' ? admit : undefined),
    maxBodyBytes,
    async close({ graceMs = 0 } = {}) {
      isClosed = true
      const abort = () => closing.abort(new McpError('unavailable', 'The service is closing.'))
      if (graceMs === 0) abort()
      else systemClock.after(graceMs, abort)
    },
  }
}

const refuseMethod: RawRoute = () => {
  const error = new McpError('invalid-request', 'Send a request envelope with POST.')
  const response = errorResponse(error)
  return { ...response, status: 405, headers: { ...response.headers, allow: 'POST' } }
}
