import { createNotification, systemNotifications } from '@mcp/protocol'
import type { RawResponse } from '@mcp/http'

import { createBoundedSink } from '../events/bounded-sink.ts'
import type { BoundedSink, BoundedSinkOptions } from '../events/bounded-sink.ts'
import { eventStreamHeaders, frameNotification, frameText } from '../events/event-frame.ts'
import type { Admitted } from './requests.ts'
import { answerOf } from './requests.ts'

/** Answers a request as a stream: its progress and chunks, then one `response`. */
export type StreamRequest = (admitted: Admitted) => RawResponse

/**
 * A reader that goes, or falls behind, ends its stream and not the request: it can ask for the answer
 * again.
 */
export function createRequestStreams(options: Omit<BoundedSinkOptions, 'onClose'>): StreamRequest {
  return (admitted) => ({
    status: 200,
    headers: eventStreamHeaders,
    stream(byteSink) {
      let unfollow = (): void => {}
      const sink = createBoundedSink(byteSink, { ...options, onClose: () => unfollow() })
      const follow = admitted.events?.follow
      if (follow !== undefined) {
        unfollow = follow(({ type, data }) =>
          sink.write(frameNotification(createNotification(type, data))),
        )
      }
      void sendAnswer(admitted, sink)
      return sink.leave
    },
  })
}

/** Never rejects, because the answer does not. */
async function sendAnswer(admitted: Admitted, sink: BoundedSink): Promise<void> {
  const { body } = (await answerOf(admitted)).http()
  sink.write(frameText(systemNotifications.response, body))
  sink.end()
}
