import { createNotification, systemNotifications } from '@mcp/protocol'
import type { Clock, NotificationEnvelope } from '@mcp/protocol'

import type { BoundedSink } from './bounded-sink.ts'
import { frameEvents, frameNotification } from './event-frame.ts'
import type { EventPage, Store, StoredEvent } from '../store/store.ts'

/** One open `GET /sessions/:id/events`. */
export interface EventStream {
  /** An event that was just appended; `frame` is it as bytes, shared by all readers. */
  deliver(event: StoredEvent, frame: Uint8Array): void
  /** The log has something that was not delivered. */
  catchUp(): void
  /** Sends a last event, and ends. */
  end(last: NotificationEnvelope): void
}

export interface EventStreamOptions {
  readonly sessionId: string
  readonly store: Pick<Store, 'events'>
  readonly sink: BoundedSink
  /** The last position the reader has; without one it hears what happens from now on. */
  readonly after: number | undefined
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

const retryMs = 2000
const pageSize = 128

/**
 * A reader of one session's log. It is either catching up, reading page after page at the reader's
 * pace, or live: then events are written as they are appended. An event that is appended while it
 * catches up is read from the log, so that none is lost or out of order.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { sessionId, store, sink, after, clock, onError } = options
  let cursor = after ?? 0
  let state: 'catching-up' | 'live' = 'catching-up'
  let isStale = false
  let toldGapTo = -1
  let isAnnounced = after === undefined

  function tell(type: string, data: Record<string, unknown>, id?: string): void {
    const notification = createNotification(type, data, { at: clock.now() })
    sink.write(frameNotification(notification, { id, retryMs }))
  }

  function tellGap(trimmedTo: number): void {
    if (trimmedTo <= toldGapTo) return
    toldGapTo = trimmedTo
    tell(systemNotifications.streamGap, { after: String(cursor), before: String(trimmedTo + 1) })
  }

  /** Where the reader begins. What it asks for may lie ahead, where the store began anew. */
  async function open(): Promise<void> {
    const page = await store.events(sessionId, Number.MAX_SAFE_INTEGER, 0)
    if (page === undefined) return
    if (after === undefined) {
      cursor = page.position
      tell(systemNotifications.streamOpen, { sessionId }, String(cursor))
    } else if (after > page.position) {
      tellGap(page.position)
      cursor = page.position
    }
  }

  function writePage({ events, trimmedTo }: EventPage): void {
    if (trimmedTo !== undefined) tellGap(trimmedTo)
    const last = events.at(-1)
    if (last === undefined) return
    cursor = last.position
    sink.write(frameEvents(events))
  }

  async function readOn(): Promise<void> {
    let isDone = false
    while (!isDone && sink.isOpen) {
      isStale = false
      const page = await store.events(sessionId, cursor, pageSize)
      if (page === undefined || !sink.isOpen) return
      writePage(page)
      await sink.drained()
      isDone = page.events.length === 0 && !isStale
    }
    // Without an id: one ahead of what was replayed would make a second cut lose events.
    if (!isAnnounced) tell(systemNotifications.streamOpen, { sessionId })
    isAnnounced = true
    state = 'live'
  }

  async function begin(): Promise<void> {
    await open()
    await readOn()
  }

  begin().catch(onError)

  return {
    deliver(event, frame) {
      if (state === 'catching-up') isStale = true
      else if (event.position > cursor) {
        cursor = event.position
        sink.write(frame)
      }
    },
    catchUp() {
      isStale = true
      if (state === 'catching-up') return
      state = 'catching-up'
      readOn().catch(onError)
    },
    end(last) {
      sink.write(frameNotification(last))
      sink.end()
    },
  }
}
