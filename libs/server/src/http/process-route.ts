import type { RawRequest, RawResponse, TextResponse, BodyLimits, Heartbeats } from '@mcp/http'
import type { CapabilityServer, Clock, RequestContext, ResponseEnvelope } from '@mcp/protocol'
import { chain } from '@mcp/concurrency'
import {
  createEventWriter,
  encodeEvents,
  encodeNotification,
  envelopeResponse,
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
import type { GuardedHandler } from './access-control.ts'
import type { ResolvedRequest } from './resolve-request.ts'
import { resolveRequest } from './resolve-request.ts'

export interface ProcessRouteOptions {
  readonly process: CapabilityServer['process']
  readonly source: string
  readonly interactions: Interactions
  readonly limits: BodyLimits
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly onError: (thrown: unknown) => void
}

/**
 * Creates the handler of `POST /process`. The handler returns the response as JSON or, if the caller
 * accepts an event stream, as the last event of a stream.
 */
export function createProcessRoute(options: ProcessRouteOptions): GuardedHandler {
  const { process, limits, clock } = options

  function respond(raw: RawRequest, { request, context }: ResolvedRequest) {
    return chain(process(request, { ...context, signal: raw.signal }), (response) =>
      writeResponse(response, options),
    )
  }

  return (raw, caller) => {
    const received = parseRequest(readJson(raw, limits))
    const resolved = resolveRequest(raw, received, caller, clock.now())
    return raw.header('accept')?.includes('text/event-stream') === true
      ? streamEvents(raw, resolved, caller.isInternal, options)
      : respond(raw, resolved)
  }
}

function streamEvents(
  raw: RawRequest,
  { request, context }: ResolvedRequest,
  isInternal: boolean,
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
          raw.signal.removeEventListener('abort', disconnect)
          reader.abort(new McpError('cancelled', 'The connection was closed.'))
        },
      })
      const { disconnect } = writer
      const emit = (type: string, data: Readonly<Record<string, unknown>>): void =>
        writer.write(
          encodeNotification(createNotification(type, data, { source, at: clock.now() })),
        )
      const ask: RequestContext['ask'] = (interaction) =>
        interactions.request(interaction, {
          signal: reader.signal,
          requestId: request.id,
          emit: (data) => emit(systemNotifications.interactionRequired, data),
        })

      raw.signal.addEventListener('abort', disconnect, { once: true })
      if (raw.signal.aborted) disconnect()
      Promise.resolve(
        process(request, {
          ...context,
          signal: reader.signal,
          onEvent: ({ type, data }) => emit(type, data),
          // Only internal callers may send the user's response, so other callers receive no
          // interactions.
          ask: isInternal ? ask : undefined,
        }),
      )
        .then((response) =>
          writer.end(
            encodeEvents({
              event: systemNotifications.response,
              data: writeResponse(response, options).body,
            }),
          ),
        )
        .catch((thrown: unknown) => {
          onError(thrown)
          writer.end()
        })
      return disconnect
    },
  }
}

/**
 * Writes a response as JSON. If the result cannot be serialized, the response is an `internal` error,
 * because the handler has a bug.
 */
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
