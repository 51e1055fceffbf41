import type {
  HotHandler,
  HotRequest,
  JsonLimits,
  MaybePromise,
  RequestContext,
  RequestEnvelope,
  Service,
} from '@mcp/protocol'
import {
  answerFetch,
  envelopeAnswer,
  errorAnswer,
  McpError,
  parseRequest,
  readJson,
} from '@mcp/protocol'

import type { Dispatcher } from './dispatcher.ts'

/** Who asks, as far as whoever embeds the dispatcher knows. */
export type Caller = Pick<RequestContext, 'sessionId' | 'principal'>

export interface DispatchServiceOptions extends JsonLimits {
  /** Says who asks, or throws an `McpError` such as `unauthenticated`. Default: nobody is asked. */
  readonly identify?: ((request: HotRequest) => MaybePromise<Caller>) | undefined
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
  const { identify, bodyBytes } = options
  const closing = new AbortController()

  const answer: HotHandler = async (hot) => {
    try {
      if (closing.signal.aborted) throw new McpError('unavailable', 'The service is closed.')
      const received = parseRequest(readJson(hot, options))
      const request = withoutClaims(received)
      const caller = identify === undefined ? undefined : await identify(hot)
      const response = await dispatcher.dispatch(request, {
        ...caller,
        signal: AbortSignal.any([hot.signal, closing.signal]),
        original: request === received ? { request, body: hot.body } : undefined,
      })
      return envelopeAnswer(response)
    } catch (thrown) {
      return errorAnswer(thrown)
    }
  }

  return {
    fetch(request, peer) {
      return answerFetch(
        request.method === 'POST' ? answer : refuseMethod,
        request,
        peer,
        bodyBytes,
      )
    },
    hotRoute: (method) => (method === 'POST' ? answer : undefined),
    async close() {
      closing.abort(new McpError('unavailable', 'The service is closing.'))
    },
  }
}

const refuseMethod: HotHandler = () => {
  const error = new McpError('invalid-request', 'Send a request envelope by POST.')
  const answer = errorAnswer(error)
  return { ...answer, status: 405, headers: { ...answer.headers, allow: 'POST' } }
}

/** What a client writes of its session or itself counts for nothing. */
function withoutClaims(request: RequestEnvelope): RequestEnvelope {
  const { sessionId, principal, ...metadata } = request.metadata
  return sessionId === undefined && principal === undefined ? request : { ...request, metadata }
}
