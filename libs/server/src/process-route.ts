import type {
  CapabilityServer,
  Clock,
  HotHandler,
  HotRequest,
  HotResponse,
  HttpAnswer,
  JsonLimits,
  RequestContext,
  ResponseEnvelope,
  Trust,
} from '@mcp/protocol'
import {
  chain,
  createNotification,
  createResponse,
  envelopeAnswer,
  errorAnswer,
  McpError,
  parseRequest,
  readJson,
  settledValue,
} from '@mcp/protocol'

import { encodeNotification, encodeResponse } from './encode-frame.ts'
import { createEventWriter, eventStreamHeaders } from './event-writer.ts'
import type { Interactions } from './interactions.ts'
import type { PlacedRequest } from './request-context.ts'
import { placeRequest } from './request-context.ts'

export interface ProcessRouteOptions {
  readonly process: CapabilityServer['process']
  readonly source: string
  readonly isTrusted: Trust
  readonly interactions: Interactions
  readonly limits: JsonLimits
  readonly clock: Clock
  readonly onError: (thrown: unknown) => void
}

/** `POST /process`: a request in; a response out, or a stream of events that ends with it. */
export function createProcessRoute(options: ProcessRouteOptions): HotHandler {
  const { process, isTrusted, limits, clock } = options

  function answerWhole(hot: HotRequest, { request, context }: PlacedRequest) {
    const answering = process(request, { ...context, signal: hot.signal })
    return chain(settledValue(answering) ?? answering, (response) =>
      writeResponse(response, options),
    )
  }

  return (hot) => {
    try {
      const received = parseRequest(readJson(hot, limits))
      const trusted = isTrusted(hot)
      const placed = placeRequest(hot, received, trusted, clock.now())
      return hot.header('accept')?.includes('text/event-stream') === true
        ? streamEvents(hot, placed, trusted, options)
        : answerWhole(hot, placed)
    } catch (thrown) {
      return errorAnswer(thrown)
    }
  }
}

function streamEvents(
  hot: HotRequest,
  { request, context }: PlacedRequest,
  isTrusted: boolean,
  options: ProcessRouteOptions,
): HotResponse {
  const { process, source, interactions, clock, onError } = options

  return {
    status: 200,
    headers: eventStreamHeaders,
    stream(sink) {
      const reader = new AbortController()
      const writer = createEventWriter(sink, {
        clock,
        onEnd() {
          hot.signal.removeEventListener('abort', leave)
          reader.abort(new McpError('cancelled', 'The connection broke off.'))
        },
      })
      const leave = (): void => writer.stop()
      const tell = (type: string, data: Readonly<Record<string, unknown>>): void =>
        writer.send(encodeNotification(createNotification(type, data, { source, at: clock.now() })))
      const ask: RequestContext['ask'] = (question) =>
        interactions.ask(question, {
          signal: reader.signal,
          requestId: request.id,
          tell: (data) => tell('interaction-required', data),
        })

      hot.signal.addEventListener('abort', leave, { once: true })
      if (hot.signal.aborted) leave()
      process(request, {
        ...context,
        signal: reader.signal,
        onEvent: ({ type, data }) => tell(type, data),
        // Only whom we trust may answer, so only there is there anybody to ask.
        ask: isTrusted ? ask : undefined,
      })
        .then((response) => writer.end(encodeResponse(writeResponse(response, options).body)))
        .catch((thrown: unknown) => {
          onError(thrown)
          writer.end()
        })
      return leave
    },
  }
}

/** A response in JSON. A result that cannot be written is a bug of its handler. */
function writeResponse(
  response: ResponseEnvelope,
  { source, clock, onError }: Pick<ProcessRouteOptions, 'source' | 'clock' | 'onError'>,
): HttpAnswer {
  try {
    return envelopeAnswer(response)
  } catch (thrown) {
    const error = McpError.internal(thrown)
    onError(error)
    return envelopeAnswer(createResponse(response.id, 'error', error, { source, at: clock.now() }))
  }
}
