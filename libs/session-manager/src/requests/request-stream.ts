import { createNotification, systemNotifications } from '@mcp/protocol'
import type { RawResponse } from '@mcp/http'

import { createBoundedSink } from '../events/bounded-sink.ts'
import type { BoundedSink, BoundedSinkOptions } from '../events/bounded-sink.ts'
import { eventStreamHeaders, frameNotification, frameText } from '../events/event-frame.ts'
import type { PendingResponse } from './pending-response.ts'
import { responseOf } from './pending-response.ts'

/** Streams the progress and chunks of a request, then one `response`. */
export type StreamResponse = (pending: PendingResponse) => RawResponse

/**
 * A client that disconnects or reads too slowly ends its stream, not the request: it can repeat the
 * request to get the response.
 */
export function createRequestStreams(options: Omit<BoundedSinkOptions, 'onClose'>): StreamResponse {
  return (pending) => ({
    status: 200,
    headers: eventStreamHeaders,
    stream(byteSink) {
      let unsubscribe = (): void => {}
      const sink = createBoundedSink(byteSink, { ...options, onClose: () => unsubscribe() })
      const subscribe = pending.events?.subscribe
      if (subscribe !== undefined) {
        unsubscribe = subscribe(({ type, data }) =>
          sink.write(frameNotification(createNotification(type, data))),
        )
      }
      void writeResponse(pending, sink)
      return sink.leave
    },
  })
}

/** Never rejects, because {@link responseOf} does not. */
async function writeResponse(pending: PendingResponse, sink: BoundedSink): Promise<void> {
  const { body } = (await responseOf(pending)).toHttp()
  sink.write(frameText(systemNotifications.response, body))
  sink.end()
}
