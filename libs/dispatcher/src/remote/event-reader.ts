import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

export interface EventReaderOptions {
  /** Maximum length of an event, in characters. */
  readonly maxLength: number
  readonly onEvent: (event: EventSourceMessage) => void
  /** Called if an event is too long. No other event is reported after it. */
  readonly onOverflow: () => void
}

/** Creates a function that parses the bytes of an event stream. */
export function createEventReader(options: EventReaderOptions): (bytes: Uint8Array) => void {
  const { maxLength, onEvent, onOverflow } = options
  const decoder = new TextDecoder()
  let hasOverflowed = false
  const parser = createParser({
    maxBufferSize: maxLength,
    onEvent,
    onError({ type }) {
      if (type !== 'max-buffer-size-exceeded') return
      hasOverflowed = true
      onOverflow()
    },
  })

  return (bytes) => {
    // The parser must not receive data after an overflow, because it would throw.
    if (!hasOverflowed) parser.feed(decoder.decode(bytes, { stream: true }))
  }
}

/** Whether a response with this content type is an event stream. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^text\/event-stream\s*(;|$)/i.test(contentType)
}
