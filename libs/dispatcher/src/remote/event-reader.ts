import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

export interface EventReaderOptions {
  /** The longest event, in characters. */
  readonly maxLength: number
  readonly onEvent: (event: EventSourceMessage) => void
  /** An event was too long; nothing more comes. */
  readonly onOverflow: () => void
}

/** Reads an event stream from its bytes. */
export function createEventReader(options: EventReaderOptions): (bytes: Uint8Array) => void {
  const { maxLength, onEvent, onOverflow } = options
  const decoder = new TextDecoder()
  let isBroken = false
  const parser = createParser({
    maxBufferSize: maxLength,
    onEvent,
    onError({ type }) {
      if (type !== 'max-buffer-size-exceeded') return
      isBroken = true
      onOverflow()
    },
  })

  return (bytes) => {
    // The parser throws when it is fed after it gave up.
    if (!isBroken) parser.feed(decoder.decode(bytes, { stream: true }))
  }
}

/** Whether a content type is that of an event stream. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^text\/event-stream\s*(;|$)/i.test(contentType)
}
