import {
  contextHeaders,
  encodeClaims,
  encodeClient,
  joinBytes,
  readTrace,
  traceHeaders,
  withoutCallerClaims,
} from '@mcp/http'
import type {
  CapabilityServer,
  Clock,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
  TraceContext,
} from '@mcp/protocol'
import { isRecord, McpError, parseJson, systemNotifications } from '@mcp/protocol'
import { inRequestSpan, isTracing } from '@mcp/telemetry'

import type { Call } from '../calls/call.ts'
import { createCalls, endCall, onCallEnd } from '../calls/call.ts'
import { cancelled, errorResponse, timedOut } from '../calls/responses.ts'
import { transportFaultResponse } from '../calls/transport-fault.ts'
import { createEventReader, isEventStream } from './event-reader.ts'
import type { HttpFailure, HttpHandler, HttpTransport } from './http-transport.ts'
import { failureCode } from './http-transport.ts'
import { readResponse, readResponseText } from './read-response.ts'
import type { RemoteInteractions } from './remote-interactions.ts'

export interface RemoteProcessOptions {
  readonly name: () => string
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly maxResponseBytes: number
  readonly operationOf: (request: RequestEnvelope) => OperationDescription | undefined
  readonly interactions: RemoteInteractions
}

export interface RemoteProcess {
  readonly process: CapabilityServer['process']
  close(): void
}

/** Creates the function that sends requests to `POST /process` and always returns a response. */
export function createRemoteProcess(options: RemoteProcessOptions): RemoteProcess {
  const remote = createUntraced(options)
  return {
    ...remote,
    process(request, context) {
      if (!isTracing()) return remote.process(request, context)
      const attributes = { 'http.request.method': 'POST', 'peer.service': options.name() }
      return inRequestSpan(
        'POST /process',
        { kind: 'client', attributes, parent: context.trace },
        (span) => remote.process(request, { ...context, trace: span?.trace ?? context.trace }),
      )
    },
  }
}

function createUntraced(options: RemoteProcessOptions): RemoteProcess {
  const { name, transport, clock, operationOf } = options
  const calls = createCalls({ clock, whenCancelled: cancelled, whenExpired: timedOut })
  let isClosed = false

  // A stream costs more than a response with a single body. It is requested only if the request may
  // emit events that the caller can receive.
  function needsStream(request: RequestEnvelope, { onEvent, ask }: RequestContext): boolean {
    if (onEvent !== undefined) return true
    return ask !== undefined && operationOf(request)?.hints.interactive === true
  }

  function headersOf(request: RequestEnvelope, context: RequestContext): string[] {
    const all = [
      'content-type',
      'application/json',
      contextHeaders.timeoutMs,
      String(Math.max(1, Math.ceil(context.deadline - clock.now()))),
      'accept',
      needsStream(request, context) ? 'text/event-stream' : 'application/json',
    ]
    if (context.sessionId !== undefined) {
      if (!/^[\x21-\x7e]+$/.test(context.sessionId)) {
        throw new McpError(
          'invalid-request',
          'A session id must be printable ASCII characters without spaces.',
        )
      }
      all.push(contextHeaders.session, context.sessionId)
      // The request id is sent in a header, because the original bytes may not contain it.
      all.push(contextHeaders.request, encodeURIComponent(request.id))
    }
    if (context.principal !== undefined) {
      all.push(contextHeaders.principal, encodeURIComponent(context.principal.toWellFormed()))
      const claims = context.claims && encodeClaims(context.claims)
      if (claims !== undefined) all.push(contextHeaders.claims, claims)
    } else if (context.address !== undefined) {
      all.push(contextHeaders.address, encodeURIComponent(context.address.toWellFormed()))
    }
    if (context.client !== undefined) {
      all.push(contextHeaders.client, encodeClient(context.client))
    }
    if (context.resultBytes !== undefined) {
      all.push(contextHeaders.resultBytes, String(context.resultBytes))
    }
    if (context.trace !== undefined) addTrace(all, context.trace)
    return all
  }

  function closed(request: RequestEnvelope): ResponseEnvelope {
    const message = `The connection to the server "${name()}" is closed.`
    return errorResponse(request, 'unavailable', message)
  }

  return {
    process(request, context) {
      if (isClosed) return closed(request)
      if (context.signal.aborted) return cancelled(request)
      const call = calls.create(request, context)
      const response = calls.watch(call)
      try {
        const abort = transport.send(
          {
            method: 'POST',
            path: '/process',
            headers: headersOf(request, context),
            body: bodyOf(request, context),
          },
          createResponseHandler(call, context, options),
        )
        onCallEnd(call, abort)
      } catch (cause) {
        const message = `The request cannot be sent to the server "${name()}".`
        endCall(call, errorResponse(request, 'invalid-request', message, { cause }))
      }
      return response
    },
    close() {
      isClosed = true
      calls.close(closed)
    },
  }
}

/**
 * Creates the handler that reads one response. The response is a single body, or the last event of a
 * stream.
 */
function createResponseHandler(
  call: Call,
  context: RequestContext,
  { name, maxResponseBytes, interactions }: RemoteProcessOptions,
): HttpHandler {
  const { request } = call
  let status = 0
  let contentType: string | undefined
  let readEvents: ((bytes: Uint8Array) => void) | undefined
  let chunks: Uint8Array[] = []
  let length = 0

  function endTooLarge(): void {
    const message = `The response of the server "${name()}" exceeds ${maxResponseBytes} bytes.`
    const details = { max: maxResponseBytes }
    endCall(call, errorResponse(request, 'upstream-error', message, { details }))
  }

  function onEvent(type: string | undefined, text: string): void {
    if (call.isEnded) return
    if (type === systemNotifications.response) {
      endCall(call, readResponseText(request, text, name()))
      return
    }
    const data = readEventData(text)
    if (data === undefined) return
    const { progress, chunk, log, interactionRequired } = systemNotifications
    if (type === progress || type === chunk || type === log) context.onEvent?.({ type, data })
    else if (type === interactionRequired) interactions.relay(data, context, call)
  }

  return {
    onHead(head, type) {
      status = head
      contentType = type
      if (!isEventStream(type)) return
      readEvents = createEventReader({
        maxLength: maxResponseBytes,
        onEvent: ({ event, data }) => onEvent(event, data),
        onOverflow: endTooLarge,
      })
    },
    onData(bytes) {
      if (readEvents !== undefined) {
        readEvents(bytes)
        return
      }
      length += bytes.byteLength
      if (length > maxResponseBytes) {
        chunks = []
        endTooLarge()
      } else {
        chunks.push(bytes)
      }
    },
    onEnd() {
      if (call.isEnded) return
      const response =
        readEvents === undefined
          ? readResponse(request, { status, contentType, body: joinBytes(chunks, length) }, name())
          : connectionFailed(request, name(), { fault: 'outcome-unknown', cause: undefined })
      endCall(call, response)
    },
    onError: (failure) => endCall(call, connectionFailed(request, name(), failure)),
  }
}

function connectionFailed(
  request: RequestEnvelope,
  name: string,
  { fault, cause, problem }: HttpFailure,
): ResponseEnvelope {
  const code = failureCode(cause)
  const suffix = code === undefined ? '' : ` (${code})`
  const sent =
    fault === 'not-sent' ? 'cannot be reached' : 'broke the connection before its response'
  const message = `The server "${name}" ${problem ?? `${sent}${suffix}`}.`
  return transportFaultResponse(request, fault, { message, cause })
}

/** Parses the data of an event as a notification, and returns the notification's data if it is valid. */
function readEventData(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(text)
    const data = isRecord(value) ? value['data'] : undefined
    return isRecord(data) ? data : undefined
  } catch (error) {
    if (McpError.is(error)) return undefined
    throw error
  }
}

function addTrace(headers: string[], { traceparent, tracestate }: TraceContext): void {
  // A caller may have written any text.
  const trace = readTrace(traceparent, tracestate)
  if (trace === undefined) return
  headers.push(traceHeaders.traceparent, trace.traceparent)
  if (trace.tracestate !== undefined) headers.push(traceHeaders.tracestate, trace.tracestate)
}

function bodyOf(request: RequestEnvelope, context: RequestContext): string | Uint8Array {
  const { original, sessionId } = context
  // Without a session header, the server reads the session and the principal in the metadata. The
  // original bytes may contain values that the caller wrote, so they are not sent.
  if (sessionId !== undefined && original?.request === request) return original.body
  return JSON.stringify(withoutCallerClaims(request))
}
