import type { Conversations } from '@mcp/conversations'
import type { MaybePromise } from '@mcp/protocol'
import { createParser } from 'eventsource-parser'

import { findRunSession } from '../activity/activity-routes.ts'
import type { Caller } from '../sessions/callers.ts'
import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'
import type { StreamEntry, StreamSource } from './stream-source.ts'

export interface SessionSourcesOptions {
  readonly conversations: Pick<Conversations, 'sessionIdOf'>
  readonly callerOf: (request: Request) => Caller
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

/**
 * Creates the sources of the notifications and the activity of the session of a caller. The id of a
 * conversation in `?activity=` selects the session that its runs use.
 */
export function createSessionSources(options: SessionSourcesOptions): StreamSource[] {
  return [createSource('session', 'events', options), createSource('activity', 'activity', options)]
}

/** Creates a source of the events that the session manager streams at a path of a session. */
function createSource(
  name: StreamSource['name'],
  segment: string,
  { callerOf, conversations, url, fetch }: SessionSourcesOptions,
): StreamSource {
  return {
    name,
    async open({ request, value, ownerId }, after, signal) {
      const openEntries = async (sessionId: string): Promise<AsyncIterable<StreamEntry>> => {
        const headers = pickHeaders(request.headers, ['authorization'])
        headers.set('accept', 'text/event-stream')
        if (after !== undefined) headers.set('last-event-id', after)
        const path = `${url}/sessions/${encodeURIComponent(sessionId)}/${segment}`
        const response = await requestSessionManager(path, { fetch, headers, signal })
        return readEntries(response.body, signal)
      }
      if (name === 'activity' && value !== '1' && value !== 'true') {
        return openEntries(await findRunSession(conversations, ownerId(), value))
      }
      return callerOf(request).sessions.use(request, ({ session }) => openEntries(session.id))
    },
  }
}

async function* readEntries(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<StreamEntry, void> {
  if (body === null) return
  const entries: StreamEntry[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => entries.push({ id, data }),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  const stop = (): void => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* entries.splice(0)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}
