import type { MaybePromise } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'

export interface RelayOptions {
  /** The session manager's address, without a slash at its end. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly sessionId: string
  /** Aborted when the service closes: streams then end in order, and browsers resume them. */
  readonly closing: AbortSignal
}

/**
 * Passes a session's events on as they are, from where `Last-Event-ID` says.
 *
 * @throws McpError what the session manager refuses with.
 */
export async function relayEvents(request: Request, options: RelayOptions): Promise<Response> {
  const { url, fetch, sessionId, closing } = options
  const events = new URL(`${url}/sessions/${encodeURIComponent(sessionId)}/events`)
  const headers = new Headers({ accept: 'text/event-stream' })
  for (const name of ['authorization', 'last-event-id']) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  // A browser cannot set the header when it opens a page anew.
  const lastEventId = new URL(request.url).searchParams.get('lastEventId')
  if (lastEventId !== null) events.searchParams.set('lastEventId', lastEventId)

  const answer = await reach(events, { fetch, headers, signal: request.signal })
  return new Response(answer.body && endable(answer.body, closing), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

export interface ReachOptions {
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly headers?: Headers
  readonly signal: AbortSignal
}

/**
 * Asks the session manager for something, once.
 *
 * @throws McpError what it refuses with, or `unavailable` where it does not answer.
 */
export async function reach(
  url: URL | string,
  { fetch, headers = new Headers(), signal }: ReachOptions,
): Promise<Response> {
  const answer = await Promise.resolve(fetch(new Request(url, { headers, signal }))).catch(
    (cause: unknown) => {
      throw new McpError('unavailable', 'The session manager cannot be reached.', { cause })
    },
  )
  if (answer.ok) return answer
  const body: unknown = await answer.json().catch(() => undefined)
  throw McpError.fromBody(isRecord(body) ? body['error'] : undefined)
}

/** The same bytes, ended in order when `closing` is aborted or the source breaks. */
function endable(source: ReadableStream<Uint8Array>, closing: AbortSignal) {
  const reader = source.getReader()
  // Cancelling lets the read that waits resolve as the end.
  const leave = (): void => void reader.cancel().catch(() => {})
  closing.addEventListener('abort', leave)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch(() => ended)
      if (!done) {
        controller.enqueue(value)
        return
      }
      closing.removeEventListener('abort', leave)
      controller.close()
    },
    cancel() {
      closing.removeEventListener('abort', leave)
      leave()
    },
  })
}

const ended = { done: true, value: undefined } as const
