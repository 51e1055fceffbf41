import type { RawResponse } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { CallStream } from './call-stream.ts'

/**
 * The response to one POST. If the last message is the only one and is sent within 10 seconds, the response is
 * a JSON body, unless the client prefers a stream. Otherwise, the response is an event stream.
 */
export interface CallResponse {
  /** Resolves as soon as the form of the response is known. */
  readonly response: Promise<RawResponse>
  /** Sends a message that is not the last. */
  send(message: string): void
  /** Sends the last message. */
  end(message: string): void
}

export interface CallResponseOptions {
  readonly clock: Clock
  readonly headers: Readonly<Record<string, string>>
  /**
   * Whether the client prefers an event stream to a JSON body. It then receives a stream even if there is only
   * one message.
   */
  readonly isPreferred: boolean
  /** Creates the stream. Most calls need none, so it is created when it is first used. */
  readonly openStream: () => CallStream
  /** Called after a stream has received its last message, which the client may not have received yet. */
  readonly onStreamEnded: (stream: CallStream) => void
}

/** Time after which a response without messages becomes a stream, so that no proxy ends it as idle. */
const upgradeAfterMs = 10_000

export function createCallResponse(options: CallResponseOptions): CallResponse {
  const { clock, headers, isPreferred, openStream, onStreamEnded } = options
  const { promise: response, resolve } = Promise.withResolvers<RawResponse>()
  let stream: CallStream | undefined
  let isEnded = false
  const stopTimer = isPreferred ? undefined : clock.after(upgradeAfterMs, () => void upgrade())

  function upgrade(): CallStream {
    if (stream === undefined) {
      stopTimer?.()
      stream = openStream()
      resolve(stream.response)
    }
    return stream
  }

  if (isPreferred) upgrade()

  return {
    response,
    send(message) {
      if (!isEnded) upgrade().send(message)
    },
    end(message) {
      if (isEnded) return
      isEnded = true
      stopTimer?.()
      if (stream === undefined) {
        const type = { 'content-type': 'application/json' }
        return resolve({ status: 200, headers: { ...type, ...headers }, body: message })
      }
      stream.end(message)
      onStreamEnded(stream)
    },
  }
}
