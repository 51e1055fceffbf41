import type { Subscription } from '../store/signal-bus.ts'
import type { EventStream } from './event-stream.ts'

/** The event streams that are open in this process, by session. */
export interface SessionStreams {
  of(sessionId: string): ReadonlySet<EventStream> | undefined
  /**
   * Returns the set of a session's streams, to which the caller adds a stream. If the set is new, calls
   * `subscribe` with it, which subscribes to the session's events.
   */
  open(
    sessionId: string,
    subscribe: (streams: ReadonlySet<EventStream>) => Subscription,
  ): OpenedStreams
  /** Removes a stream, and unsubscribes if it was the last one of its session. */
  remove(sessionId: string, stream: EventStream): void
  sessionIds(): Iterable<string>
  entries(): Iterable<readonly [sessionId: string, streams: ReadonlySet<EventStream>]>
}

/** The streams of a session that receive its events. */
export interface OpenedStreams {
  readonly streams: Set<EventStream>
  /** Resolves when the subscription is active. From then on, the streams receive every event. */
  readonly ready: Subscription['ready']
}

export function createSessionStreams(): SessionStreams {
  interface Entry extends OpenedStreams {
    readonly stop: () => void
  }
  const bySession = new Map<string, Entry>()

  return {
    of: (sessionId) => bySession.get(sessionId)?.streams,
    open(sessionId, subscribe) {
      const existing = bySession.get(sessionId)
      if (existing !== undefined) return existing
      const streams = new Set<EventStream>()
      const entry = { streams, ...subscribe(streams) }
      bySession.set(sessionId, entry)
      return entry
    },
    remove(sessionId, stream) {
      const entry = bySession.get(sessionId)
      if (entry === undefined) return
      entry.streams.delete(stream)
      if (entry.streams.size > 0) return
      bySession.delete(sessionId)
      entry.stop()
    },
    sessionIds: () => bySession.keys(),
    *entries() {
      for (const [sessionId, { streams }] of bySession) yield [sessionId, streams]
    },
  }
}
