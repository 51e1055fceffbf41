import { encodeNotification } from '@mcp/http'
import type { EventWriter } from '@mcp/http'
import { createNotification, systemNotifications } from '@mcp/protocol'
import type { Clock, NotificationEnvelope } from '@mcp/protocol'

import type { EventPage, EventStore, StoredEvent } from '../store/event-store.ts'
import { encodeStoredEvents } from './encode-stored-events.ts'

/**
 * The format of a stream. Both functions return `undefined` for events that the stream does not
 * contain.
 */
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
  /** Reads the log again, because it may contain an event that was not passed to `deliver`. */
  catchUp(): void
  /** Writes a last event and ends the stream. */
  end(last: NotificationEnvelope): void
}

export interface EventStreamOptions {
  readonly sessionId: string
  readonly store: Pick<EventStore, 'read'>
  readonly writer: EventWriter
  /** Position of the last event that the client received. Without it, the stream starts with new events. */
  readonly after: number | undefined
  /** Default: SSE events with the notification envelopes of the log. */
  readonly encoding?: EventEncoding | undefined
  readonly clock: Clock
  /** Called if the session ended before the log was read. The caller ends the stream. */
  readonly onSessionEnded: () => void
  readonly onError: (error: unknown) => void
}

const retryMs = 2000

const defaultEncoding: EventEncoding = {
  encode: encodeStoredEvents,
  encodeOwn: (notification, id) => encodeNotification(notification, { id, retryMs }),
}

const pageSize = 128

/**
 * Opens a stream of one session's log. While the stream is catching up, it reads the log page by page,
 * as fast as the client reads. While it is live, it writes each event as it is appended. An event that
 * is appended during catch-up is read from the log, so that no event is lost or out of order.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { sessionId, store, writer, after, clock, onSessionEnded, onError } = options
  const { encoding } = options
  const { encode, encodeOwn } = encoding ?? defaultEncoding
  let cursor = after ?? 0
  let state: 'catching-up' | 'live' = 'catching-up'
  let isStale = false
  let reportedGapTo = -1
  let isAnnounced = after === undefined

  function emit(type: string, data: Record<string, unknown>, id?: string): void {
    write(encodeOwn(createNotification(type, data, { at: clock.now() }), id))
  }

  function write(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) writer.write(bytes)
  }

  function reportGap(trimmedTo: number): void {
    if (trimmedTo <= reportedGapTo) return
    reportedGapTo = trimmedTo
    emit(systemNotifications.streamGap, { after: String(cursor), before: String(trimmedTo + 1) })
  }

  /**
   * Determines the start position. If the store was reset, `after` can be higher than every position.
   * Returns false if the session has ended.
   */
  async function start(): Promise<boolean> {
    const page = await store.read(sessionId, Number.MAX_SAFE_INTEGER, 0)
    if (page === undefined) return false
    if (after === undefined) {
      cursor = page.position
      emit(systemNotifications.streamOpen, { sessionId }, String(cursor))
    } else if (after > page.position) {
      reportGap(page.position)
      cursor = page.position
    }
    return true
  }

  function writePage({ events, trimmedTo }: EventPage): void {
    if (trimmedTo !== undefined) reportGap(trimmedTo)
    const last = events.at(-1)
    if (last === undefined) return
    cursor = last.position
    write(encode(events))
  }

  async function readLog(): Promise<void> {
    let isComplete = false
    while (!isComplete && writer.isOpen) {
      isStale = false
      const page = await store.read(sessionId, cursor, pageSize)
      if (!writer.isOpen) return
      if (page === undefined) return onSessionEnded()
      writePage(page)
      await writer.drained()
      isComplete = page.events.length === 0 && !isStale
    }
    // A resumed stream emits `stream-open` without an id, so that the client resumes next time from the
    // last event that it received.
    if (!isAnnounced) emit(systemNotifications.streamOpen, { sessionId })
    isAnnounced = true
    state = 'live'
  }

  async function run(): Promise<void> {
    if (await start()) await readLog()
    else onSessionEnded()
  }

  /** Ends the stream after the log could not be read. The client then reconnects and resumes. */
  function fail(error: unknown): void {
    onError(error)
    writer.end()
  }

  run().catch(fail)

  return {
    deliver(event, encoded) {
      if (state === 'catching-up') isStale = true
      else if (event.position > cursor) {
        cursor = event.position
        write(encoding === undefined ? encoded : encode([event]))
      }
    },
    catchUp() {
      isStale = true
      if (state === 'catching-up') return
      state = 'catching-up'
      readLog().catch(fail)
    },
    end(last) {
      writer.end(encodeOwn(last, undefined))
    },
  }
}
