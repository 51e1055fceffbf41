import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

import { brokenOff } from './transport.ts'
import { nonsense } from './read-response.ts'

/** How a stream of events is read. */
export interface ReadEventsOptions {
  /** How messages name the other side. */
  readonly from: string
  /** Wraps each wait for bytes: a watchdog, for instance. Default: nothing. */
  readonly watch?: (<Result>(read: Promise<Result>) => Promise<Result>) | undefined
  /** Told how long the other side asks to wait before a reconnect. */
  readonly onRetry?: ((ms: number) => void) | undefined
}

// Well above the largest body the protocol allows; what is longer would only fill the memory.
const maxBufferSize = 32 * 1024 * 1024

/** Whether an answer is a stream of events. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

/** The events of an answer, until it ends. Comments are read and dropped. */
export async function* readEvents(
  { body }: Response,
  { from, watch = (read) => read, onRetry }: ReadEventsOptions,
): AsyncGenerator<EventSourceMessage, void> {
  if (body === null) return
  const events: EventSourceMessage[] = []
  let failure: Error | undefined
  const parser = createParser({
    maxBufferSize,
    onEvent: (event) => events.push(event),
    onRetry,
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') failure = error
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await watch(reader.read()).catch((cause: unknown) => {
        throw brokenOff(from, cause)
      })
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* events.splice(0)
      if (failure !== undefined) throw nonsense(from, 'events of a bounded length', failure)
    }
  } finally {
    // Fails where the connection broke, and then there is nothing left to close.
    await reader.cancel().catch(() => {})
  }
}
