import { createEventWriter } from '@mcp/http'
import type { ByteSink, Heartbeats } from '@mcp/http'
import { createNotification, McpError, systemNotifications } from '@mcp/protocol'
import type { Clock, NotificationEnvelope } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { StoredEvent } from '../store/event-store.ts'
import type { EndReason } from '../store/session-store.ts'
import { isLive } from '../store/session-store.ts'
import type { Signal } from '../store/signal-bus.ts'
import type { Stores } from '../store/stores.ts'
import { createBroadcasts } from './broadcasts.ts'
import { encodeStoredEvents } from './encode-stored-events.ts'
import type { EventEncoding, EventStream } from './event-stream.ts'
import { createEventStream } from './event-stream.ts'
import type { SessionStreams } from './session-streams.ts'
import type { StreamCounts } from './stream-counts.ts'

/** All event streams that are open in this process. */
export interface EventStreams {
  /** @throws McpError `rate-limited` if the session or its owner has the maximum number of open streams. */
  assertCapacity(session: StreamSession): void
  /** Opens a stream. Returns the function to call when the client has disconnected. */
  open(
    session: StreamSession,
    after: string | undefined,
    sink: ByteSink,
    encoding?: EventEncoding,
  ): () => void
  /** Delivers a broadcast to all streams. */
  broadcast(event: StoredEvent): void
  /** Reads the logs of all streams again, because signals may have been lost. */
  catchUp(): void
  endSession(sessionId: string, reason: EndReason): void
  /** Ends all streams for a shutdown. The sessions do not end. */
  close(): void
  readonly size: number
}

/** The session of a stream, and the authenticated caller that opened it. */
export interface StreamSession {
  readonly sessionId: string
  readonly owner: string | undefined
}

export interface EventStreamsOptions {
  readonly stores: Pick<Stores, 'sessions' | 'events' | 'signals' | 'isShared'>
  readonly sessionStreams: SessionStreams
  readonly streamCounts: StreamCounts
  readonly heartbeats: Heartbeats
  readonly clock: Clock
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
  readonly maxBufferedBytes: number
  readonly maxStreamsPerSession: number
}

const endNotifications = {
  closed: systemNotifications.sessionClosed,
  expired: systemNotifications.sessionExpired,
} as const

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { stores, sessionStreams, streamCounts, clock, metrics, onError } = options
  const { heartbeats, maxBufferedBytes, maxStreamsPerSession } = options
  const all = new Set<EventStream>()
  let isClosed = false

  const broadcasts = createBroadcasts({ ...options, sessions: stores.sessions })

  function deliver(sessionId: string, streams: ReadonlySet<EventStream>, signal: Signal): void {
    if (signal.type !== 'appended') return
    broadcasts.deliverPending(sessionId, streams)
    const encoded = encodeStoredEvents([signal.event])
    for (const stream of streams) stream.deliver(signal.event, encoded)
  }

  function endAll(streams: Iterable<EventStream>, last: NotificationEnvelope): void {
    // Iterates over a copy, because a stream that ends removes itself from the set.
    for (const stream of Array.from(streams)) stream.end(last)
  }

  function streamClosing(): NotificationEnvelope {
    return createNotification(systemNotifications.streamClosing, {}, { at: clock.now() })
  }

  function endSession(sessionId: string, reason: EndReason): void {
    const streams = sessionStreams.of(sessionId)
    if (streams === undefined) return
    const type = endNotifications[reason]
    endAll(streams, createNotification(type, { sessionId, reason }, { at: clock.now() }))
  }

  /** Ends the streams of a session that ended before they subscribed to its signals. */
  async function endMissedSession(sessionId: string): Promise<void> {
    const found = await stores.sessions.read(sessionId)
    if (isLive(found)) return
    endSession(sessionId, found?.endedBy ?? 'expired')
  }

  return {
    assertCapacity({ sessionId, owner }) {
      streamCounts.assertCapacity(owner)
      if ((sessionStreams.of(sessionId)?.size ?? 0) < maxStreamsPerSession) return
      throw new McpError(
        'rate-limited',
        `All ${maxStreamsPerSession} event streams of this session are in use. Close one first.`,
      )
    },
    open({ sessionId, owner }, after, sink, encoding) {
      // Subscribes before the log is read, so that an event that is appended in between is not missed.
      const { streams, ready } = sessionStreams.open(sessionId, (opened) =>
        stores.signals.subscribe(sessionId, (signal) => deliver(sessionId, opened, signal)),
      )
      metrics.count('mcp_streams_opened_total')
      const discount = streamCounts.add(owner)
      const writer = createEventWriter(sink, {
        clock,
        heartbeats,
        maxBufferedBytes,
        onClose(fellBehind) {
          if (fellBehind) metrics.count('mcp_streams_dropped_total')
          discount()
          all.delete(stream)
          sessionStreams.remove(sessionId, stream)
          // The idle time of the session starts when the stream ends.
          stores.sessions.touch(sessionId, clock.now())
        },
      })
      const stream = createEventStream({
        sessionId,
        store: stores.events,
        ready,
        writer,
        after,
        encoding,
        clock,
        onSessionEnded: () => void endMissedSession(sessionId).catch(onError),
        onError,
      })
      all.add(stream)
      streams.add(stream)
      // This process touches the session regularly. Another replica could end the session before the first
      // time.
      if (stores.isShared) stores.sessions.touch(sessionId, clock.now())
      if (isClosed) stream.end(streamClosing())
      return writer.disconnect
    },
    broadcast: (event) => broadcasts.deliver(event),
    catchUp() {
      for (const stream of all) stream.catchUp()
    },
    endSession,
    close() {
      isClosed = true
      endAll(all, streamClosing())
    },
    get size() {
      return all.size
    },
  }
}
