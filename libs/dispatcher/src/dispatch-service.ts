import type { RawHandler, RawRequest, BodyLimits, Service } from '@mcp/http'
import type { MaybePromise, RequestContext } from '@mcp/protocol'
import {
  handleFetch,
  envelopeResponse,
  errorResponse,
  readJson,
  withoutCallerClaims,
} from '@mcp/http'
import { McpError, parseRequest } from '@mcp/protocol'

import type { Dispatcher } from './dispatcher.ts'

/** Who asks, as far as whoever embeds the dispatcher knows. */
export type Caller = Pick<RequestContext, 'sessionId' | 'principal'>

export interface DispatchServiceOptions extends BodyLimits {
  /** Says who asks, or throws an `McpError` such as `unauthenticated`. Default: nobody is asked. */
  readonly identify?: ((request: RawRequest) => MaybePromise<Caller>) | undefined
}

/**
 * Answers HTTP by a dispatcher, without sessions: one request envelope a `POST`, one response
 * envelope back. Mount it under any path of the server you already have.
 *
 * @example
 * const service = createDispatchService(createDispatcher({ servers: [tools] }))
 * app.post('/ask', (context) => service.fetch(context.req.raw))
 */
export function createDispatchService(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  options: DispatchServiceOptions = {},
): Service {
  const { identify, maxBodyBytes } = options
  const closing = new AbortController()

  const answer: RawHandler = async (hot) => {
    try {
      if (closing.signal.aborted) throw new McpError('unavailable', 'The service is closed.')
      const received = parseRequest(readJson(hot, options))
      const request = withoutCallerClaims(received)
      const caller = identify === undefined ? undefined : await identify(hot)
      const response = await dispatcher.dispatch(request, {
        ...caller,
        signal: AbortSignal.any([hot.signal, closing.signal]),
        original: request === received ? { request, body: hot.body } : undefined,
      })
      return envelopeResponse(response)
    } catch (thrown) {
      return errorResponse(thrown)
    }
  }

  return {
    fetch(request, peer) {
      return handleFetch(
        request.method === 'POST' ? answer : refuseMethod,
        request,
        peer,
        maxBodyBytes,
      )
    },
    fastRoute: (method) => (method === 'POST' ? answer : undefined),
    async close() {
      closing.abort(new McpError('unavailable', 'The service is closing.'))
    },
  }
}

const refuseMethod: RawHandler = () => {
  const error = new McpError('invalid-request', 'Send a request envelope by POST.')
  const answer = errorResponse(error)
  return { ...answer, status: 405, headers: { ...answer.headers, allow: 'POST' } }
}
