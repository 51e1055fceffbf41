import { encodeEvent } from '@mcp/http'
import type { RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol'

import { keepAlive } from '../http/keep-alive.ts'

/**
 * Returns the events of a run as an event stream. The id of each event is its position. `onCancel` is called
 * when the client closes the stream.
 */
export function streamRun(
  events: AsyncIterable<RunEvent>,
  onCancel: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = events[Symbol.asyncIterator]()
  let stopHeartbeat = (): void => {}
  return new ReadableStream<Uint8Array>({
    start(controller) {
      stopHeartbeat = keepAlive(controller)
    },
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) {
        stopHeartbeat()
        controller.close()
        return
      }
      // The event has no name, because its data contains its type. A response has many small events, so each
      // byte counts.
      const event = { id: `${value.seq}`, data: JSON.stringify(value) }
      controller.enqueue(encoder.encode(encodeEvent(event)))
    },
    cancel() {
      stopHeartbeat()
      onCancel()
    },
  })
}

/**
 * Returns the position in `Last-Event-ID` or in `?lastEventId=`, or undefined.
 *
 * @throws McpError `invalid-params` if it is not a number.
 */
export function readPosition(request: Request): number | undefined {
  const value =
    request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('lastEventId')
  if (value === null || value === '') return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw new McpError('invalid-params', 'Invalid Last-Event-ID: the id of an event is a number.', {
    details: { header: 'Last-Event-ID' },
  })
}
