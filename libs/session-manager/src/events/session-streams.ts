import type { EventStream } from './event-stream.ts'

/** The event streams that are open in this process, by session. */
export interface SessionStreams {
  of(sessionId: string): ReadonlySet<EventStream> | undefined
  /**
   * Returns the set of a session's streams, to which the caller adds a stream. If the set is new, calls
   * `subscribe` with it. `subscribe` returns the function that unsubscribes from the session's events.
   */
  open(
    sessionId: string,
    subscribe: (streams: ReadonlySet<EventStream>) => () => void,
  ): Set<EventStream>
  /** Removes a stream, and unsubscribes if it was the last one of its session. */
  remove(sessionId: string, stream: EventStream): void
  sessionIds(): Iterable<string>
  entries(): Iterable<readonly [sessionId: string, streams: ReadonlySet<EventStream>]>
}

export function createSessionStreams(): SessionStreams {
  interface Entry {
    readonly streams: Set<EventStream>
    readonly unsubscribe: () => void
  }
  const bySession = new Map<string, Entry>()

  return {
    of: (sessionId) => bySession.get(sessionId)?.streams,
    open(sessionId, subscribe) {
      const existing = bySession.get(sessionId)
      if (existing !== undefined) return existing.streams
      const streams = new Set<EventStream>()
      bySession.set(sessionId, { streams, unsubscribe: subscribe(streams) })
      return streams
    },
    remove(sessionId, stream) {
      const entry = bySession.get(sessionId)
      if (entry === undefined) return
      entry.streams.delete(stream)
      if (entry.streams.size > 0) return
      bySession.delete(sessionId)
      entry.unsubscribe()
    },
    sessionIds: () => bySession.keys(),
    *entries() {
      for (const [sessionId, { streams }] of bySession) yield [sessionId, streams]
    },
  }
}
