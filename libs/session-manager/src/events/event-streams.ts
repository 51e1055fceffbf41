import { createNotification, McpError, systemNotifications } from '@mcp/protocol'
import type { ByteSink } from '@mcp/http'
import type { NotificationEnvelope } from '@mcp/protocol'

import { createBoundedSink } from './bounded-sink.ts'
import type { Core } from '../core.ts'
import { frameEvents } from './event-frame.ts'
import type { EventStream } from './event-stream.ts'
import { createEventStream } from './event-stream.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Presence } from './session-streams.ts'
import { createSessionEnd } from '../sessions/sessions.ts'
import type { EndReason, Signal, StoredEvent } from '../store/store.ts'

/** The event streams that are open in this process. */
export interface Streams {
  /** @throws McpError `rate-limited` where the session has its share of streams already. */
  assertRoom(sessionId: string): void
  /** Opens one; the returned function says that the reader has gone. */
  open(sessionId: string, after: number | undefined, sink: ByteSink): () => void
  /** Hears of an event for every session. */
  broadcast(event: StoredEvent): void
  /** Ends the streams of one session. */
  endSession(sessionId: string, reason: EndReason): void
  /** Ends all: this process is going away, the sessions stay. */
  close(): void
  readonly size: number
}

export interface StreamsOptions {
  readonly heartbeats: Heartbeats
  readonly waitingBytes: number
  readonly streamsPerSession: number
}

export function createStreams(core: Core, options: StreamsOptions): Streams {
  const { store, clock, presences, metrics, onError } = core
  const { heartbeats, waitingBytes, streamsPerSession } = options
  const all = new Set<EventStream>()

  function hear(streams: Presence['streams'], signal: Signal): void {
    if (signal.type !== 'appended') return
    const frame = frameEvents([signal.event])
    for (const stream of streams) stream.deliver(signal.event, frame)
  }

  function endAll(streams: Iterable<EventStream>, last: NotificationEnvelope): void {
    // Copied first: a stream that ends leaves the set.
    for (const stream of Array.from(streams)) stream.end(last)
  }

  return {
    assertRoom(sessionId) {
      if ((presences.of(sessionId)?.streams.size ?? 0) < streamsPerSession) return
      throw new McpError(
        'rate-limited',
        `This session has ${streamsPerSession} event streams open. Close one first.`,
      )
    },
    open(sessionId, after, byteSink) {
      const { streams } = presences.open(sessionId, (present) =>
        store.listen(sessionId, (signal) => hear(present, signal)),
      )
      metrics.count('mcp_streams_opened_total')
      const sink = createBoundedSink(byteSink, {
        clock,
        heartbeats,
        waitingBytes,
        onClose(fellBehind) {
          if (fellBehind) metrics.count('mcp_streams_dropped_total')
          all.delete(stream)
          streams.delete(stream)
          presences.release(sessionId)
          // Being idle counts from the end of the stream.
          store.touch(sessionId, clock.now())
        },
      })
      const stream = createEventStream({ sessionId, store, sink, after, clock, onError })
      all.add(stream)
      streams.add(stream)
      return sink.leave
    },
    broadcast(event) {
      if (event.server === undefined) {
        const frame = frameEvents([event])
        for (const stream of all) stream.deliver(event, frame)
      } else {
        // The store knows which sessions that server saw.
        for (const stream of all) stream.catchUp()
      }
    },
    endSession(sessionId, reason) {
      const streams = presences.of(sessionId)?.streams
      if (streams !== undefined) {
        endAll(streams, createSessionEnd(sessionId, reason, clock.now()))
      }
    },
    close() {
      endAll(all, createNotification(systemNotifications.streamClosing, {}, { at: clock.now() }))
    },
    get size() {
      return all.size
    },
  }
}
