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

  const { signal } = request
  const answer = await Promise.resolve(fetch(new Request(events, { headers, signal }))).catch(
    (cause: unknown) => {
      throw new McpError('unavailable', 'The session manager cannot be reached.', { cause })
    },
  )
  if (!answer.ok || answer.body === null) throw await refusalOf(answer)
  return new Response(endable(answer.body, closing), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

async function refusalOf(answer: Response): Promise<McpError> {
  const body: unknown = await answer.json().catch(() => undefined)
  return McpError.fromBody(isRecord(body) ? body['error'] : undefined)
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
