import type {
  CapabilityServer,
  Clock,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { contextHeaders, joinBytes, withoutCallerClaims } from '@mcp/http'
import { isRecord, McpError, parseJson, systemNotifications } from '@mcp/protocol'

import { cancelled, refuse, timedOut } from '../calls/responses.ts'
import type { Call } from '../calls/call.ts'
import { createCalls, endCall, holdCall } from '../calls/call.ts'
import { createEventReader, isEventStream } from './event-reader.ts'
import type { HttpFailure, HttpHandler, HttpTransport } from './http-transport.ts'
import { failureCode } from './http-transport.ts'
import { readAnswer, readAnswerText } from './read-response.ts'
import type { RemoteQuestions } from './remote-interactions.ts'
import { transportFaultResponse } from '../calls/transport-fault.ts'

export interface RemoteProcessOptions {
  readonly name: () => string
  readonly transport: HttpTransport
  /** The headers of every request. */
  readonly headers: readonly string[]
  readonly clock: Clock
  readonly maxAnswerBytes: number
  readonly operationOf: (request: RequestEnvelope) => OperationDescription | undefined
  readonly questions: RemoteQuestions
}

export interface RemoteProcess {
  readonly process: CapabilityServer['process']
  close(): void
}

/** Sends requests to `POST /process`, and always comes back with an answer. */
export function createRemoteProcess(options: RemoteProcessOptions): RemoteProcess {
  const { name, transport, headers, clock, operationOf } = options
  const jsonHeaders = [...headers, 'content-type', 'application/json']
  const calls = createCalls({ clock, whenCancelled: cancelled, whenExpired: timedOut })
  let isClosed = false

  // A stream costs more than a whole answer, so only who can use its events gets one.
  function streams(request: RequestEnvelope, { onEvent, ask }: RequestContext): boolean {
    if (onEvent !== undefined) return true
    return ask !== undefined && operationOf(request)?.hints.interactive === true
  }

  function headersOf(request: RequestEnvelope, context: RequestContext): string[] {
    const all = [
      ...jsonHeaders,
      contextHeaders.timeoutMs,
      String(Math.max(1, Math.ceil(context.deadline - clock.now()))),
      'accept',
      streams(request, context) ? 'text/event-stream' : 'application/json',
    ]
    if (context.sessionId === undefined) return all
    if (!/^[\x21-\x7e]+$/.test(context.sessionId)) {
      throw new McpError('invalid-request', 'A session id is printable ASCII without spaces.')
    }
    all.push(contextHeaders.session, context.sessionId)
    // The bytes may have come without an id.
    all.push(contextHeaders.request, encodeURIComponent(request.id))
    if (context.principal !== undefined) {
      all.push(contextHeaders.principal, encodeURIComponent(context.principal.toWellFormed()))
    }
    return all
  }

  function closed(request: RequestEnvelope): ResponseEnvelope {
    const message = `The connection to the server "${name()}" is closed.`
    return refuse(request, 'unavailable', message)
  }

  return {
    process(request, context) {
      if (isClosed) return closed(request)
      if (context.signal.aborted) return cancelled(request)
      const call = calls.create(request, context)
      const answer = calls.watch(call)
      try {
        const sent = transport.send(
          {
            method: 'POST',
            path: '/process',
            headers: headersOf(request, context),
            body: bodyOf(request, context),
          },
          createAnswerHandler(call, context, options),
        )
        holdCall(call, sent)
      } catch (cause) {
        const message = `The request cannot be sent to the server "${name()}".`
        endCall(call, refuse(request, 'invalid-request', message, { cause }))
      }
      return answer
    },
    close() {
      isClosed = true
      calls.close(closed)
    },
  }
}

/** Reads one answer: a whole body, or events that end with one. */
function createAnswerHandler(
  call: Call,
  context: RequestContext,
  { name, maxAnswerBytes, questions }: RemoteProcessOptions,
): HttpHandler {
  const { request } = call
  let status = 0
  let contentType: string | undefined
  let readEvents: ((bytes: Uint8Array) => void) | undefined
  let chunks: Uint8Array[] = []
  let length = 0

  function tooLarge(): void {
    const message = `The server "${name()}" answered with more than ${maxAnswerBytes} bytes.`
    endCall(call, refuse(request, 'upstream-error', message, { details: { max: maxAnswerBytes } }))
  }

  function onEvent(type: string | undefined, text: string): void {
    if (call.isEnded) return
    if (type === systemNotifications.response) {
      endCall(call, readAnswerText(request, text, name()))
      return
    }
    const data = readEventData(text)
    if (data === undefined) return
    if (type === systemNotifications.progress || type === systemNotifications.chunk)
      context.onEvent?.({ type, data })
    else if (type === systemNotifications.interactionRequired) questions.ask(data, context, call)
  }

  return {
    onHead(head, type) {
      status = head
      contentType = type
      if (!isEventStream(type)) return
      readEvents = createEventReader({
        maxLength: maxAnswerBytes,
        onEvent: ({ event, data }) => onEvent(event, data),
        onOverflow: tooLarge,
      })
    },
    onData(bytes) {
      if (readEvents !== undefined) {
        readEvents(bytes)
        return
      }
      length += bytes.byteLength
      if (length > maxAnswerBytes) {
        chunks = []
        tooLarge()
      } else {
        chunks.push(bytes)
      }
    },
    onEnd() {
      if (call.isEnded) return
      const answer =
        readEvents === undefined
          ? readAnswer(request, { status, contentType, body: joinBytes(chunks, length) }, name())
          : brokenOff(request, name(), { fault: 'outcome-unknown', cause: undefined })
      endCall(call, answer)
    },
    onError: (failure) => endCall(call, brokenOff(request, name(), failure)),
  }
}

function brokenOff(
  request: RequestEnvelope,
  name: string,
  { fault, cause }: HttpFailure,
): ResponseEnvelope {
  const code = failureCode(cause)
  const why = code === undefined ? '' : ` (${code})`
  const what =
    fault === 'not-sent' ? 'cannot be reached' : 'broke off the connection before its answer'
  const message = `The server "${name}" ${what}${why}.`
  return transportFaultResponse(request, fault, { message, cause })
}

/** The data of the notification that an event holds. */
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

function bodyOf(request: RequestEnvelope, context: RequestContext): string | Uint8Array {
  const { original, sessionId } = context
  // Without a session's header, what a client wrote into the body's metadata would count.
  if (sessionId !== undefined && original?.request === request) return original.body
  return JSON.stringify(withoutCallerClaims(request))
}
