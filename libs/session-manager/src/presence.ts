import type { EventStream } from './event-stream.ts'
import type { Run } from './run.ts'

/** What this process does for one session at the moment. */
export interface Presence {
  /** The requests in flight, by id. */
  readonly runs: Map<string, Run>
  /** Made by the first stream: most sessions only make requests. */
  streams: Set<EventStream> | undefined
  /** Ends listening to the session's log. */
  leave: (() => void) | undefined
}

/** The sessions that have a request in flight or a stream open here. */
export interface Presences {
  of(sessionId: string): Presence | undefined
  /** The presence, made where there is none. */
  open(sessionId: string): Presence
  /** Forgets the presence where nothing is left of it. */
  release(sessionId: string): void
  ids(): Iterable<string>
  readonly size: number
}

export function createPresences(): Presences {
  const bySession = new Map<string, Presence>()

  return {
    of: (sessionId) => bySession.get(sessionId),
    open(sessionId) {
      let presence = bySession.get(sessionId)
      if (presence === undefined) {
        presence = { runs: new Map(), streams: undefined, leave: undefined }
        bySession.set(sessionId, presence)
      }
      return presence
    },
    release(sessionId) {
      const presence = bySession.get(sessionId)
      if (presence === undefined || isBusy(presence)) return
      bySession.delete(sessionId)
      presence.leave?.()
    },
    ids: () => bySession.keys(),
    get size() {
      return bySession.size
    },
  }
}

/** Whether anything keeps the session alive here. */
export function isBusy({ runs, streams }: Presence): boolean {
  return runs.size > 0 || (streams !== undefined && streams.size > 0)
}
