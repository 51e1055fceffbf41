import { createTimeSlice } from '@mcp/concurrency'

import type { StoredEvent } from '../store/event-store.ts'
import { isLive } from '../store/session-store.ts'
import type { SessionStore } from '../store/session-store.ts'
import { encodeStoredEvents } from './encode-stored-events.ts'
import type { EventStream } from './event-stream.ts'
import type { SessionStreams } from './session-streams.ts'

/** Delivers events for all sessions to the open streams, in slices of a few milliseconds. */
export interface Broadcasts {
  /** Delivers an event to all streams, after the events of earlier calls. */
  deliver(event: StoredEvent): void
  /**
   * Delivers all pending events to the streams of one session. Call it before an event of that session is
   * delivered, so that the events stay in order.
   */
  deliverPending(sessionId: string, streams: ReadonlySet<EventStream>): void
}

export interface BroadcastsOptions {
  readonly sessions: Pick<SessionStore, 'read'>
  readonly sessionStreams: Pick<SessionStreams, 'entries'>
  readonly onError: (error: unknown) => void
}

interface Broadcast {
  readonly event: StoredEvent
  readonly encoded: Uint8Array
}

const sliceMs = 4

export function createBroadcasts({
  sessions,
  sessionStreams,
  onError,
}: BroadcastsOptions): Broadcasts {
  /** The events that some streams have not received yet. The first one is being delivered. */
  const pending: Broadcast[] = []

  function deliverTo(
    sessionId: string,
    streams: ReadonlySet<EventStream>,
    { event, encoded }: Broadcast,
  ): void {
    if (event.server !== undefined) {
      const found = sessions.read(sessionId)
      if (found instanceof Promise) {
        for (const stream of streams) stream.catchUp()
        return
      }
      if (!isLive(found) || !found.servers.includes(event.server)) {
        for (const stream of streams) stream.skip(event)
        return
      }
    }
    for (const stream of streams) stream.deliver(event, encoded)
  }

  async function deliverAll(): Promise<void> {
    const slice = createTimeSlice(sliceMs)
    for (let broadcast = pending[0]; broadcast !== undefined; broadcast = pending[0]) {
      for (const [sessionId, streams] of sessionStreams.entries()) {
        deliverTo(sessionId, streams, broadcast)
        if (slice.isOver()) await slice.yield()
      }
      pending.shift()
    }
  }

  return {
    deliver(event) {
      pending.push({ event, encoded: encodeStoredEvents([event]) })
      if (pending.length > 1) return
      deliverAll().catch((error: unknown) => {
        pending.splice(0)
        onError(error)
      })
    },
    deliverPending(sessionId, streams) {
      // A stream ignores an event that it has already received.
      for (const broadcast of pending) deliverTo(sessionId, streams, broadcast)
    },
  }
}
