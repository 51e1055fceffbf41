import { encodeNotification } from '@mcp/http'
import type { EventWriter } from '@mcp/http'
import { createNotification, systemNotifications } from '@mcp/protocol'
import type { Clock, MaybePromise, NotificationEnvelope } from '@mcp/protocol'

import type { EventPage, EventStore, StoredEvent } from '../store/event-store.ts'
import { encodeStoredEvents } from './encode-stored-events.ts'
import { createEventPages } from './event-pages.ts'

/** The format of a stream. Both functions return `undefined` for events that the format omits. */
export interface EventEncoding {
  /** Encodes events of the log. */
  readonly encode: (events: readonly StoredEvent[]) => Uint8Array | undefined
  /** Encodes an event of the stream itself, such as `stream-open`, which the log does not contain. */
  readonly encodeOwn: (
    notification: NotificationEnvelope,
    id: string | undefined,
  ) => Uint8Array | undefined
}

/** The open response to one `GET /sessions/{sessionId}/events`. */
export interface EventStream {
  /** Delivers an event that was just appended. All streams share the bytes of `encoded`. */
  deliver(event: StoredEvent, encoded: Uint8Array): void
  /** Advances the stream past a broadcast that is for other sessions. */
  skip(event: StoredEvent): void
  /** Reads the log again, because it may contain an event that was not passed to `deliver`. */
  catchUp(): void
  /** Writes a last event and ends the stream. */
  end(last: NotificationEnvelope): void
}

export interface EventStreamOptions {
  readonly sessionId: string
  readonly store: Pick<EventStore, 'read' | 'advance'>
  /** Resolves when the subscription to the session is active. From then on, `deliver` receives every event. */
  readonly ready: MaybePromise<void>
  readonly writer: EventWriter
  /** Cursor of the last event that the client received. Without it, the stream starts with new events. */
  readonly after: string | undefined
  /** Default: SSE events with the notification envelopes of the log. */
  readonly encoding?: EventEncoding | undefined
  readonly clock: Clock
  /** Called if the session ended before its log was read. The callback must end the stream. */
  readonly onSessionEnded: () => void
  readonly onError: (error: unknown) => void
}

const retryMs = 2000

const defaultEncoding: EventEncoding = {
  encode: encodeStoredEvents,
  encodeOwn: (notification, id) => encodeNotification(notification, { id, retryMs }),
}

/**
 * Opens a stream of one session's log. While the stream is catching up, it reads the log page by page,
 * as fast as the client reads. While it is live, it writes each event as it is appended. An event that
 * is appended during catch-up is read from the log, so that no event is lost or out of order. A live stream
 * whose client reads too slowly catches up from the log later, because the queued events of many slow clients
 * would fill the memory.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { sessionId, store, writer, after, clock, onSessionEnded, onError } = options
  const { encode, encodeOwn } = options.encoding ?? defaultEncoding
  const pages = createEventPages(store, sessionId)
  let cursor = after
  let state: 'catching-up' | 'live' = 'catching-up'
  let isStale = false
  let isAnnounced = after === undefined

  function emit(type: string, data: Record<string, unknown>, id?: string): void {
    write(encodeOwn(createNotification(type, data, { at: clock.now() }), id))
  }

  function write(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) writer.write(bytes)
  }

  function writePage({ events, gapBefore, cursor: next }: EventPage): void {
    if (cursor === undefined) emit(systemNotifications.streamOpen, { sessionId }, next)
    else if (gapBefore !== undefined) {
      emit(systemNotifications.streamGap, { after: cursor, before: gapBefore })
    }
    cursor = next
    if (events.length > 0) write(encode(events))
  }

  /** Copies a page of the log. Returns whether the log contains more, or undefined if the stream ends. */
  async function copyPage(): Promise<boolean | undefined> {
    const page = await pages.read(cursor)
    if (!writer.isOpen) return undefined
    if (page === undefined) onSessionEnded()
    else writePage(page)
    return page?.hasMore
  }

  async function readLog(): Promise<void> {
    let isComplete = false
    while (!isComplete && writer.isOpen) {
      isStale = false
      // Another function reads the page, so that the page can be garbage-collected while the stream waits.
      const hasMore = await copyPage()
      if (hasMore === undefined) return
      await writer.drained()
      isComplete = !hasMore && !isStale
    }
    // A resumed stream emits `stream-open` without an id, so that the client resumes next time from the
    // last event that it received.
    if (!isAnnounced) emit(systemNotifications.streamOpen, { sessionId })
    isAnnounced = true
    state = 'live'
  }

  /** Ends the stream after the log could not be read. The client then reconnects and resumes. */
  function fail(error: unknown): void {
    onError(error)
    writer.end()
  }

  /** Reads the log, as soon as the client has read enough. */
  function catchUp(drained: Promise<void> = Promise.resolve()): void {
    isStale = true
    if (state === 'catching-up') return
    state = 'catching-up'
    drained.then(readLog).catch(fail)
  }

  /** Moves a live stream past an event. Returns the new cursor, unless the stream had passed the event before. */
  function advance(event: StoredEvent): string | undefined {
    if (state === 'catching-up' || cursor === undefined) {
      isStale = true
      return undefined
    }
    const next = store.advance(cursor, event)
    if (next === undefined) catchUp()
    if (next === undefined || next === cursor) return undefined
    cursor = next
    return next
  }

  // An event that is appended before the subscription is ready is read from the log.
  const { ready } = options
  const reading = ready instanceof Promise ? ready.then(readLog) : readLog()
  reading.catch(fail)

  return {
    deliver(event, encoded) {
      const next = advance(event)
      if (next === undefined) return
      const isSame = options.encoding === undefined && next === event.cursor
      write(isSame ? encoded : encode([{ ...event, cursor: next }]))
      const drained = writer.drained()
      if (drained !== undefined) catchUp(drained)
    },
    skip: (event) => void advance(event),
    catchUp: () => catchUp(),
    end(last) {
      writer.end(encodeOwn(last, undefined))
    },
  }
}
