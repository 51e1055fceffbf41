import { chain } from '@mcp/concurrency'
import {
  callerAddress,
  envelopeResponse,
  readJson,
  readOptionalJson,
  readTrace,
  traceHeaders,
  withoutCallerClaims,
} from '@mcp/http'
import { createResponse, isRecord, McpError, parseRequest, parseValue } from '@mcp/protocol'
import type { RawRequest, RawResponse } from '@mcp/http'
import type { MaybePromise, RequestEnvelope, TraceContext } from '@mcp/protocol'
import { activeTrace } from '@mcp/telemetry'

import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { Interactions } from '../requests/interactions.ts'
import { responseOf } from '../requests/pending-response.ts'
import type { PendingResponse } from '../requests/pending-response.ts'
import type { StreamResponse } from '../requests/request-stream.ts'
import type { Requests } from '../requests/requests.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SignalBus } from '../store/signal-bus.ts'
import type { SessionBodyLimits } from './body-schemas.ts'
import { bodySchemas } from './body-schemas.ts'
import { noContent } from './responses.ts'
import { findOperation, toEnvelope } from './operation-call.ts'
import type { RouteCall, RouteHandler } from './route.ts'
import { callerOf } from './route.ts'

export interface RequestHandlersOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'descriptions'>
  readonly requests: Pick<Requests, 'submit' | 'cancel'>
  readonly streamResponse: StreamResponse
  readonly interactions: Pick<Interactions, 'respond'>
  readonly sessions: Pick<Sessions, 'find'>
  readonly signals: Pick<SignalBus, 'publish'>
  readonly limits: SessionBodyLimits
  /** Reports an error if it is unexpected, and maps it to a response without an envelope. */
  readonly fail: (thrown: unknown) => RawResponse
}

export type RequestHandlers = Readonly<
  Record<'submit' | 'call' | 'cancel' | 'respondToInteraction', RouteHandler>
>

export function createRequestHandlers(options: RequestHandlersOptions): RequestHandlers {
  const { dispatcher, requests, streamResponse, interactions, sessions, signals, limits, fail } =
    options

  /** Reports the error of a parsed request if it is unexpected. Maps an `McpError` to a response with an envelope. */
  function failRequest(request: RequestEnvelope, thrown: unknown): RawResponse {
    const failed = fail(thrown)
    if (!McpError.is(thrown)) return failed
    return envelopeResponse(createResponse(request.id, 'error', thrown))
  }

  /**
   * Submits a request envelope. `received` is the body as the caller sent it, or undefined if the caller sent only
   * the params.
   */
  function submit(
    { request: http, owner, claims, path: { sessionId } }: RouteCall,
    value: unknown,
    received: RawRequest['body'] | undefined,
  ): MaybePromise<RawResponse> {
    const request = withoutCallerClaims(parseRequest(value))
    const hasId = isRecord(value) && typeof value['id'] === 'string'
    const isStreamed = http.header('accept')?.includes('text/event-stream') === true
    const respond = isStreamed ? streamResponse : wholeResponse
    try {
      const body = hasId ? received : undefined
      const address = callerAddress(http.peer)
      const bytes = http.body.byteLength
      const trace = traceOf(http, request)
      const caller = { owner, claims, address }
      const incoming = { sessionId, ...caller, request, hasId, body, bytes, isStreamed, trace }
      const pending = requests.submit(incoming)
      if (!(pending instanceof Promise)) return respond(pending)
      return pending.then(respond).catch((thrown: unknown) => failRequest(request, thrown))
    } catch (thrown) {
      return failRequest(request, thrown)
    }
  }

  return {
    submit: (call) => submit(call, readJson(call.request, limits), call.request.body),
    call(call) {
      const params = readOptionalJson(call.request, limits) ?? {}
      const addressed = findOperation(dispatcher.descriptions(callerOf(call)), call.path)
      return submit(call, toEnvelope(addressed, params, call), undefined)
    },
    cancel: ({ owner, path: { sessionId, requestId } }) =>
      chain(sessions.find(sessionId, owner), () =>
        requests.cancel(sessionId, requestId)
          ? noContent
          : // Another replica may run the request. If none does, it has ended, which is also a success.
            chain(signals.publish({ type: 'cancel', sessionId, requestId }), () => noContent),
      ),
    respondToInteraction: ({ request, owner, path: { sessionId, interactionId } }) =>
      chain(sessions.find(sessionId, owner), () => {
        const { interactionResponse } = bodySchemas()
        const response = parseValue(
          'interaction response',
          interactionResponse,
          readJson(request, limits),
        )
        return chain(interactions.respond(sessionId, interactionId, response), () => noContent)
      }),
  }
}

/**
 * Returns the trace context of a request: from its metadata or, if absent there, from the active span of the
 * HTTP request or, without such a span, from the HTTP headers.
 */
function traceOf(
  http: Pick<RawRequest, 'header'>,
  { metadata: { traceparent, tracestate } }: RequestEnvelope,
): TraceContext | undefined {
  if (traceparent !== undefined) return readTrace(traceparent, tracestate)
  const active = activeTrace()
  if (active !== undefined) return active
  const header = http.header(traceHeaders.traceparent)
  return header === undefined ? undefined : readTrace(header, http.header(traceHeaders.tracestate))
}

function wholeResponse(pending: PendingResponse): MaybePromise<RawResponse> {
  return chain(responseOf(pending), (response) => response.toHttp())
}
