import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

import { connectionBroken, invalidResponse } from './failures.ts'

/** Options of {@link readEvents}. */
export interface ReadEventsOptions {
  /** Name of the server in error messages. */
  readonly from: string
  /** Wraps each read of bytes, for example with a timeout. */
  readonly watch: <Result>(read: Promise<Result>) => Promise<Result>
  /** Receives the reconnect delay that the server requests, in milliseconds. */
  readonly onRetry?: ((ms: number) => void) | undefined
}

// Limits the memory that one event can use. It is far above the default maximum size of a body.
const maxBufferSize = 32 * 1024 * 1024

/** Whether an HTTP response is an event stream. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

/** Yields the events of an HTTP response until it ends. Skips SSE comments. */
export async function* readEvents(
  { body }: Response,
  { from, watch, onRetry }: ReadEventsOptions,
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
        throw connectionBroken(from, cause)
      })
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* events.splice(0)
      if (failure !== undefined) throw invalidResponse(from, 'events', failure)
    }
  } finally {
    // `cancel` fails if the connection is broken. Then there is nothing to close.
    await reader.cancel().catch(() => {})
  }
}
