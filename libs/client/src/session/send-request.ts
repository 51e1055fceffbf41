import type { SuccessResponse } from '@mcp/protocol'
import { createRequest, systemNotifications } from '@mcp/protocol/light'

import { callApi } from '../http/call-api.ts'
import type { SendOptions } from '../operations/send.ts'
import type { Attempt } from '../http/retry.ts'
import { retry } from '../http/retry.ts'
import { isProgress, readNotification, readResponse } from '../http/read-response.ts'
import { isEventStream, readEvents } from '../http/read-events.ts'
import { abortable } from '@mcp/concurrency'
import type { Link } from '../http/link.ts'
import { connectionBroken, pathSegment, readJson, readText } from '../http/failures.ts'

// A short limit is enough, because a request ends at its deadline even if its cancellation fails.
const cancelTimeoutMs = 2000

/** Sends a request of the session at `path`, with retries, and resolves with its response. */
export async function sendRequest(
  link: Link,
  path: string,
  type: string,
  payload: Readonly<Record<string, unknown>>,
  { id, metadata, onProgress, onChunk, ...options }: SendOptions = {},
): Promise<SuccessResponse> {
  const { transport, clock } = link
  const { name } = transport
  const request = createRequest(type, payload, { id, at: clock.now(), metadata })
  // The id is checked before the request is sent, because the cancellation has no caller to reject.
  const requests = `${path}/requests`
  const cancelPath = `${requests}/${pathSegment(request.id)}`
  const accept = onProgress || onChunk ? 'text/event-stream' : undefined

  const emit = (event: string | undefined, text: string): void => {
    if (event !== systemNotifications.progress && event !== systemNotifications.chunk) return
    const { data } = readNotification(readJson(text, name), name)
    if (event === systemNotifications.chunk) onChunk?.(data['chunk'])
    else if (isProgress(data)) onProgress?.(data)
  }

  const readStream = async (response: Response, stop: AbortController): Promise<string> => {
    const watch = <Read>(read: Promise<Read>): Promise<Read> => abortable(read, stop.signal)
    for await (const { event, data } of readEvents(response, { from: name, watch })) {
      if (event === systemNotifications.response) return data
      try {
        emit(event, data)
      } catch (thrown) {
        // An error thrown by a listener ends the call, because a retry would not help.
        stop.abort(thrown)
      }
    }
    throw connectionBroken(name)
  }

  const attempt = async ({ stop, remainingMs }: Attempt): Promise<SuccessResponse> => {
    // Retries are safe. Every attempt has the same id, for which the session manager returns the recorded
    // response.
    const value = { ...request, metadata: { ...request.metadata, timeoutMs: remainingMs } }
    const message = { value, accept, signal: stop.signal }
    const response = await transport.send('POST', requests, message)
    const text = await (isEventStream(response)
      ? readStream(response, stop)
      : readText(response, name))
    return readResponse(readJson(text, name), request.id, name)
  }

  const cancelRequest = (): void => {
    const cancel = { what: type, timeoutMs: cancelTimeoutMs, retries: 1 }
    callApi(link, 'DELETE', cancelPath, cancel).catch(() => {})
  }

  return retry(link, attempt, { ...options, what: type, onAbandoned: cancelRequest })
}
