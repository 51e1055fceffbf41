import { createEventWriter, encodeEvents, encodeNotification, eventStreamHeaders } from '@mcp/http'
import type { EventWriter, EventWriterOptions, RawResponse } from '@mcp/http'
import { createNotification, systemNotifications } from '@mcp/protocol'

import type { PendingResponse } from './pending-response.ts'
import { responseOf } from './pending-response.ts'

/** Streams the progress and chunks of a request, then one `response`. */
export type StreamResponse = (pending: PendingResponse) => RawResponse

/**
 * Returns the function that streams a response. If a client disconnects or reads too slowly, its stream
 * ends, but the request continues. The client can repeat the request to receive the response.
 */
export function createRequestStreams(options: Omit<EventWriterOptions, 'onClose'>): StreamResponse {
  return (pending) => ({
    status: 200,
    headers: eventStreamHeaders,
    stream(sink) {
      let unsubscribe = (): void => {}
      const writer = createEventWriter(sink, { ...options, onClose: () => unsubscribe() })
      const subscribe = pending.events?.subscribe
      if (subscribe !== undefined) {
        unsubscribe = subscribe(({ type, data }) =>
          writer.write(encodeNotification(createNotification(type, data))),
        )
      }
      void writeResponse(pending, writer)
      return writer.disconnect
    },
  })
}

/** Never rejects, because {@link responseOf} never rejects and a write to a closed stream is ignored. */
async function writeResponse(pending: PendingResponse, writer: EventWriter): Promise<void> {
  const { body } = (await responseOf(pending)).toHttp()
  writer.end(encodeEvents({ event: systemNotifications.response, data: body }))
}
