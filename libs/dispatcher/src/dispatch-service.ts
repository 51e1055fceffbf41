import type { BodyLimits, RawHandler, RawRequest, Service } from '@mcp/http'
import {
  envelopeResponse,
  errorResponse,
  handleFetch,
  readJson,
  withoutCallerClaims,
} from '@mcp/http'
import type { MaybePromise, RequestContext } from '@mcp/protocol'
import { McpError, parseRequest, systemClock } from '@mcp/protocol'

import type { Dispatcher } from './dispatcher.ts'

/** The sender of a request, as identified by the embedding application. */
export type Caller = Pick<RequestContext, 'sessionId' | 'principal'>

export interface DispatchServiceOptions extends BodyLimits {
  /**
   * Identifies the caller, or throws an `McpError` such as `unauthenticated`. Default: every caller is
   * anonymous.
   */
  readonly identify?: ((request: RawRequest) => MaybePromise<Caller>) | undefined
}

/**
 * Creates an HTTP service without sessions in front of a dispatcher: each `POST` takes a request
 * envelope and returns a response envelope. Mount it under any path of your server.
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

  const handle: RawHandler = async (raw) => {
    try {
      if (isClosed) throw new McpError('unavailable', 'The service is closed.')
      const received = parseRequest(readJson(raw, options))
      const request = withoutCallerClaims(received)
      const caller = identify === undefined ? undefined : await identify(raw)
      const response = await dispatcher.dispatch(request, {
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
      const handler = request.method === 'POST' ? handle : refuseMethod
      return handleFetch(handler, request, peer, maxBodyBytes)
    },
    fastRoute: (method) => (method === 'POST' ? handle : undefined),
    async close({ graceMs = 0 } = {}) {
      isClosed = true
      const abort = () => closing.abort(new McpError('unavailable', 'The service is closing.'))
      if (graceMs === 0) abort()
      else systemClock.after(graceMs, abort)
    },
  }
}

const refuseMethod: RawHandler = () => {
  const error = new McpError('invalid-request', 'Send a request envelope with POST.')
  const response = errorResponse(error)
  return { ...response, status: 405, headers: { ...response.headers, allow: 'POST' } }
}
