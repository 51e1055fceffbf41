import type { EventStream } from './event-stream.ts'

/** The streams that one session has open in this process. */
export interface Presence {
  readonly streams: Set<EventStream>
  /** Ends listening to the session's log. */
  readonly leave: () => void
}

/** The sessions that have streams open here. */
export interface Presences {
  of(sessionId: string): Presence | undefined
  /** The presence, made where there is none; then `listen` begins to listen to the session's log. */
  open(sessionId: string, listen: (streams: Presence['streams']) => () => void): Presence
  /** Forgets the presence where no stream is left. */
  release(sessionId: string): void
  ids(): Iterable<string>
}

export function createPresences(): Presences {
  const bySession = new Map<string, Presence>()

  return {
    of: (sessionId) => bySession.get(sessionId),
    open(sessionId, listen) {
      const there = bySession.get(sessionId)
      if (there !== undefined) return there
      const streams: Presence['streams'] = new Set()
      const presence = { streams, leave: listen(streams) }
      bySession.set(sessionId, presence)
      return presence
    },
    release(sessionId) {
      const presence = bySession.get(sessionId)
      if (presence === undefined || presence.streams.size > 0) return
      bySession.delete(sessionId)
      presence.leave()
    },
    ids: () => bySession.keys(),
  }
}
