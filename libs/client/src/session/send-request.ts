import type { SuccessResponse } from '@mcp/protocol'
import { createRequest, systemNotifications } from '@mcp/protocol'

import { ask } from '../http/call-api.ts'
import type { CallOptions } from '../operations/call-options.ts'
import type { Attempt } from '../http/retry.ts'
import { persist } from '../http/retry.ts'
import { isProgress, readJson, readNotification, readResponse } from '../http/read-response.ts'
import { isEventStream, readEvents } from '../http/read-events.ts'
import type { Link } from '../http/transport.ts'
import { brokenOff, readText } from '../http/transport.ts'
import { orAborted } from '../http/wait.ts'

// A cancellation that does not get through is left to the request's deadline.
const cancelTimeoutMs = 2000

/** Sends one request of the session at `path`, and gets its answer however often the connection breaks. */
export async function sendRequest(
  link: Link,
  path: string,
  type: string,
  payload: Readonly<Record<string, unknown>>,
  { id, metadata, onProgress, onChunk, ...options }: CallOptions = {},
): Promise<SuccessResponse> {
  const { transport, clock } = link
  const { name } = transport
  const request = createRequest(type, payload, { id, at: clock.now(), metadata })
  const accept = onProgress || onChunk ? 'text/event-stream' : undefined

  const tell = (event: string | undefined, text: string): void => {
    if (event !== systemNotifications.progress && event !== systemNotifications.chunk) return
    const { data } = readNotification(readJson(text, name), name)
    if (event === systemNotifications.chunk) onChunk?.(data['chunk'])
    else if (isProgress(data)) onProgress?.(data)
  }

  const readStream = async (response: Response, stop: AbortController): Promise<string> => {
    const watch = <Read>(read: Promise<Read>): Promise<Read> => orAborted(read, stop.signal)
    for await (const { event, data } of readEvents(response, { from: name, watch })) {
      if (event === systemNotifications.response) return data
      try {
        tell(event, data)
      } catch (thrown) {
        // Whatever a listener throws is no reason to repeat the request.
        stop.abort(thrown)
      }
    }
    throw brokenOff(name)
  }

  const attempt = async ({ stop, leftMs }: Attempt): Promise<SuccessResponse> => {
    // The same id each time: the session manager never runs one twice, so repeating is safe.
    const value = { ...request, metadata: { ...request.metadata, timeoutMs: leftMs } }
    const message = { value, accept, signal: stop.signal }
    const response = await transport.send('POST', `${path}/requests`, message)
    const text = await (isEventStream(response)
      ? readStream(response, stop)
      : readText(response, name))
    return readResponse(readJson(text, name), request.id, name)
  }

  const onGivenUp = (): void => {
    const cancel = { what: 'The cancellation', timeoutMs: cancelTimeoutMs, retries: 1 }
    ask(link, 'DELETE', `${path}/requests/${encodeURIComponent(request.id)}`, cancel).catch(
      () => {},
    )
  }

  return persist(link, attempt, { ...options, what: type, onGivenUp })
}
