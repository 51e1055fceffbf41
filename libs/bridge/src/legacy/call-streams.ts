import type { ByteSink } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { CallStream } from './call-stream.ts'

/** The streams of calls that clients may resume. */
export interface CallStreams {
  add(sessionId: string, stream: CallStream): void
  /** Starts the time after which the messages of a completed call are deleted. */
  ended(id: string): void
  remove(id: string): void
  /** Returns the stream of a `Last-Event-ID`, if the session may resume it. */
  find(sessionId: string, lastEventId: string): ResumableStream | undefined
}

export type ResumableStream = (sink: ByteSink) => () => void

/** Time that a client has to reconnect after the call completed. */
const keepMs = 60_000

export function createCallStreams(clock: Clock): CallStreams {
  const streams = new Map<string, { readonly sessionId: string; readonly stream: CallStream }>()

  return {
    add: (sessionId, stream) => void streams.set(stream.id, { sessionId, stream }),
    ended(id) {
      if (streams.has(id)) clock.after(keepMs, () => streams.delete(id))
    },
    remove: (id) => void streams.delete(id),
    find(sessionId, lastEventId) {
      const separator = lastEventId.lastIndexOf('_')
      const found = streams.get(lastEventId.slice(0, separator))
      const after = Number(lastEventId.slice(separator + 1))
      if (found?.sessionId !== sessionId || !Number.isInteger(after)) return undefined
      return (sink) => found.stream.resume(after, sink) ?? (() => {})
    },
  }
}
