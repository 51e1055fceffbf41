import type {
  RawHandler,
  RawRequest,
  RawResponse,
  TextResponse,
  BodyLimits,
  Heartbeats,
  IsInternalCaller,
} from '@mcp/http'
import type { CapabilityServer, Clock, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { chain } from '@mcp/concurrency'
import {
  createEventWriter,
  encodeEvents,
  encodeNotification,
  envelopeResponse,
  errorResponse,
  eventStreamHeaders,
  readJson,
} from '@mcp/http'
import {
  createNotification,
  createResponse,
  McpError,
  parseRequest,
  systemNotifications,
} from '@mcp/protocol'

import type { Interactions } from '../events/interactions.ts'
import type { ResolvedRequest } from './resolve-request.ts'
import { resolveRequest } from './resolve-request.ts'

export interface ProcessRouteOptions {
  readonly process: CapabilityServer['process']
  readonly source: string
  readonly isInternalCaller: IsInternalCaller
  readonly interactions: Interactions
  readonly limits: BodyLimits
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly onError: (thrown: unknown) => void
}

/** `POST /process`: a request in; a response out, or a stream of events that ends with it. */
export function createProcessRoute(options: ProcessRouteOptions): RawHandler {
  const { process, isInternalCaller, limits, clock } = options

  function answerWhole(hot: RawRequest, { request, context }: ResolvedRequest) {
    return chain(process(request, { ...context, signal: hot.signal }), (response) =>
      writeResponse(response, options),
    )
  }

  return (hot) => {
    try {
      const received = parseRequest(readJson(hot, limits))
      const trusted = isInternalCaller(hot)
      const placed = resolveRequest(hot, received, trusted, clock.now())
      return hot.header('accept')?.includes('text/event-stream') === true
        ? streamEvents(hot, placed, trusted, options)
        : answerWhole(hot, placed)
    } catch (thrown) {
      return errorResponse(thrown)
    }
  }
}

function streamEvents(
  hot: RawRequest,
  { request, context }: ResolvedRequest,
  isTrusted: boolean,
  options: ProcessRouteOptions,
): RawResponse {
  const { process, source, interactions, clock, heartbeats, onError } = options

  return {
    status: 200,
    headers: eventStreamHeaders,
    stream(sink) {
      const reader = new AbortController()
      const writer = createEventWriter(sink, {
        clock,
        heartbeats,
        onClose() {
          hot.signal.removeEventListener('abort', leave)
          reader.abort(new McpError('cancelled', 'The connection broke off.'))
        },
      })
      const leave = writer.disconnect
      const tell = (type: string, data: Readonly<Record<string, unknown>>): void =>
        writer.write(
          encodeNotification(createNotification(type, data, { source, at: clock.now() })),
        )
      const ask: RequestContext['ask'] = (question) =>
        interactions.request(question, {
          signal: reader.signal,
          requestId: request.id,
          tell: (data) => tell(systemNotifications.interactionRequired, data),
        })

      hot.signal.addEventListener('abort', leave, { once: true })
      if (hot.signal.aborted) leave()
      Promise.resolve(
        process(request, {
          ...context,
          signal: reader.signal,
          onEvent: ({ type, data }) => tell(type, data),
          // Only an internal caller may answer an interaction, so only such a caller can be asked.
          ask: isTrusted ? ask : undefined,
        }),
      )
        .then((response) => {
          const { body: data } = writeResponse(response, options)
          writer.end(encodeEvents({ event: systemNotifications.response, data }))
        })
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
): TextResponse {
  try {
    return envelopeResponse(response)
  } catch (thrown) {
    const error = McpError.internal(thrown)
    onError(error)
    return envelopeResponse(
      createResponse(response.id, 'error', error, { source, at: clock.now() }),
    )
  }
}
