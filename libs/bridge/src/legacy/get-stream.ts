import { encodeEvents, eventStreamHeaders } from '@mcp/http'
import type { RawRequest, RawResponse } from '@mcp/http'
import type { EventEncoding, SessionMethods } from '@mcp/session-manager'

import type { CallStreams } from './call-streams.ts'
import { parseEventId } from './call-event-id.ts'
import type { ResumableStream } from './call-streams.ts'
import type { LegacySession } from './legacy-session.ts'
import { supportsPriming } from './legacy-session.ts'
import type { SessionReplicas } from './session-replicas.ts'

const retryMs = 1000

export interface GetStreamOptions {
  readonly sessionManager: Pick<SessionMethods, 'openStream'>
  readonly session: LegacySession
  readonly callStreams: Pick<CallStreams, 'find' | 'findOwn'>
  /** Calls to the other processes that serve the session, if there can be such processes. */
  readonly replicas: Pick<SessionReplicas, 'findStream' | 'streamOpened'> | undefined
  readonly encoding: EventEncoding
  readonly request: Pick<RawRequest, 'header'>
}

/**
 * Opens the GET stream of a session, or resumes the stream of a call. A newer GET stream ends the older
 * one: a client whose connection was lost reconnects before the older stream is known to be dead.
 *
 * @throws McpError `session-not-found`, `rate-limited` if the session has the maximum number of streams, or
 * `unavailable` if the store fails or another process cannot be reached.
 */
export async function openGetStream(options: GetStreamOptions): Promise<RawResponse> {
  const { sessionManager, session, replicas, encoding, request } = options
  const headers = { ...eventStreamHeaders, 'mcp-session-id': session.id }
  const lastEventId = request.header('last-event-id')
  if (lastEventId !== undefined) {
    const resumed = await findCallStream(options, lastEventId)
    if (resumed !== undefined) return { status: 200, headers, stream: resumed }
  }
  const after = cursorOf(lastEventId)
  const start = await sessionManager.openStream(session.id, {
    principal: session.principal,
    after,
    encoding,
  })
  return {
    status: 200,
    headers,
    stream(sink) {
      session.endStream?.()
      let disconnect: () => void
      // Some clients forget the id that they resumed from. They would lose events if the connection broke
      // again.
      if (after !== undefined && supportsPriming(session)) {
        sink.write(encodeEvents({ id: after, data: '', retryMs }))
      }
      try {
        disconnect = start(sink)
      } catch {
        // Other streams of the session have reached the maximum in the meantime. The client reconnects.
        sink.end()
        return () => {}
      }
      const end = (): void => {
        if (session.endStream === end) session.endStream = undefined
        disconnect()
        sink.end()
      }
      session.endStream = end
      replicas?.streamOpened(session.id)
      return () => {
        if (session.endStream === end) session.endStream = undefined
        disconnect()
      }
    },
  }
}

/**
 * Returns the stream of the call that an event id belongs to, whether the call runs in this process or in
 * another one. Returns undefined if there is no such stream.
 */
async function findCallStream(
  { session, callStreams, replicas }: GetStreamOptions,
  lastEventId: string,
): Promise<ResumableStream | undefined> {
  if (parseEventId(lastEventId) === undefined) return undefined
  return (
    callStreams.findOwn(session.id, lastEventId) ??
    (await replicas?.findStream(session.id, lastEventId)) ??
    callStreams.find(session.id, lastEventId)
  )
}

/**
 * Returns the cursor in the log. An id that is not a cursor starts a new stream and does not cause an error.
 */
function cursorOf(lastEventId: string | undefined): string | undefined {
  return lastEventId !== undefined && /^\d+(\.\d+)?$/.test(lastEventId) ? lastEventId : undefined
}
