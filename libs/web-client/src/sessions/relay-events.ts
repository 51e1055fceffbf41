import { encodeNotification } from '@mcp/http'
import type { MaybePromise } from '@mcp/protocol'
import { createNotification, systemNotifications } from '@mcp/protocol'

import { pickHeaders, requestSessionManager } from './request-session-manager.ts'

export interface RelayOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly sessionId: string
  /** Last segment of the path at the session manager. Default: `events`. */
  readonly segment?: string | undefined
  /** Aborted when the service closes. Streams then end without an error, and clients resume them. */
  readonly closing: AbortSignal
}

/**
 * Relays an event stream of a session unchanged. The events start after `Last-Event-ID`.
 *
 * @throws McpError The error of the session manager.
 */
export async function relayEvents(request: Request, options: RelayOptions): Promise<Response> {
  const { url, fetch, sessionId, segment = 'events', closing } = options
  const events = new URL(`${url}/sessions/${encodeURIComponent(sessionId)}/${segment}`)
  const headers = pickHeaders(request.headers, ['authorization', 'last-event-id'])
  headers.set('accept', 'text/event-stream')
  // A browser cannot set the header `Last-Event-ID` when a page opens an EventSource.
  const lastEventId = new URL(request.url).searchParams.get('lastEventId')
  if (lastEventId !== null) events.searchParams.set('lastEventId', lastEventId)

  const response = await requestSessionManager(events, { fetch, headers, signal: request.signal })
  return new Response(response.body && endable(response.body, closing), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

/** Relays the list of servers with its ETag. It is not parsed, because parsing takes about 20 ms. */
export async function relayServers(
  request: Request,
  { url, fetch }: Pick<RelayOptions, 'url' | 'fetch'>,
): Promise<Response> {
  const headers = pickHeaders(request.headers, ['authorization', 'if-none-match'])
  const response = await requestSessionManager(`${url}/servers`, {
    fetch,
    headers,
    signal: request.signal,
  })
  return new Response(response.body, {
    status: response.status,
    headers: pickHeaders(response.headers, ['content-type', 'etag', 'cache-control']),
  })
}

/**
 * Returns a copy of the stream. If the source fails, the copy ends without an error. If `closing` is
 * aborted, the copy ends with the event `stream-closing`, unless it ends within another event.
 */
function endable(source: ReadableStream<Uint8Array>, closing: AbortSignal) {
  const reader = source.getReader()
  let isBetweenEvents = true
  let isCancelled = false
  // After `cancel`, a pending read resolves as the end of the stream.
  const stopReading = (): void => {
    isCancelled = true
    void reader.cancel().catch(() => {})
  }
  closing.addEventListener('abort', stopReading)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch(() => ended)
      if (!done) {
        isBetweenEvents = value.at(-1) === lineFeed && value.at(-2) === lineFeed
        controller.enqueue(value)
        return
      }
      closing.removeEventListener('abort', stopReading)
      if (isCancelled && isBetweenEvents) {
        const type = systemNotifications.streamClosing
        controller.enqueue(
          encodeNotification(createNotification(type, {}, { source: 'mcp-client' })),
        )
      }
      controller.close()
    },
    cancel() {
      closing.removeEventListener('abort', stopReading)
      stopReading()
    },
  })
}

const lineFeed = 10
const ended = { done: true, value: undefined } as const
