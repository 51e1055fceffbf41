import { encodeEvents } from '@mcp/http'
import type { ByteSink } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { Clock } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import { encodeError, toRpcError } from '../rpc/rpc-error.ts'
import type { RpcId } from '../rpc/rpc-message.ts'
import type { CallStream } from './call-stream.ts'
import { reconnectMs } from './call-stream.ts'
import { parseEventId } from './call-event-id.ts'

/** The streams of calls that clients may resume. They do not survive a restart. */
export interface CallStreams {
  add(sessionId: string, stream: CallStream): void
  /**
   * Starts the time after which the messages of a completed call are deleted. Deletes those of the oldest
   * completed calls if there are too many.
   */
  ended(id: string): void
  remove(id: string): void
  /** Returns the stream of a `Last-Event-ID`, if this process has it. */
  findOwn(sessionId: string, lastEventId: string): ResumableStream | undefined
  /**
   * Returns the stream of a `Last-Event-ID`. If its messages no longer exist, the stream has an error
   * as the response to the call. Returns `undefined` for an id that does not belong to a call and, if the
   * messages no longer exist, for an id without the id of a request.
   */
  find(sessionId: string, lastEventId: string): ResumableStream | undefined
  /** Number of streams that may be resumed. */
  readonly size: number
}

export type ResumableStream = (sink: ByteSink) => () => void

/** Maximum number of completed calls per session whose messages are retained. */
const maxCompletedPerSession = 16
/** Maximum length of the retained messages of completed calls of one session, in characters. */
const maxSessionCharacters = 4 * 1024 * 1024
/** Maximum length of the retained messages of completed calls of all sessions, in characters. */
const maxTotalCharacters = 64 * 1024 * 1024

interface Entry {
  readonly sessionId: string
  readonly stream: CallStream
  stopTimer: () => void
}

export interface CallStreamsOptions {
  readonly sessionManager: Pick<SessionMethods, 'onSessionEnded'>
  readonly clock: Clock
}

export function createCallStreams({ sessionManager, clock }: CallStreamsOptions): CallStreams {
  const bySession = new Map<string, Map<string, Entry>>()
  const byId = new Map<string, Entry>()
  /** Completed calls, oldest first. */
  const completed = new Map<string, Entry>()

  function remove(id: string): void {
    const entry = byId.get(id)
    if (entry === undefined) return
    entry.stopTimer()
    byId.delete(id)
    completed.delete(id)
    const own = bySession.get(entry.sessionId)
    own?.delete(id)
    if (own?.size === 0) bySession.delete(entry.sessionId)
  }

  /** Removes the oldest of some completed calls until the others are within the bounds. */
  function trim(calls: readonly Entry[], maxCalls: number, maxCharacters: number): void {
    let count = calls.length
    let characters = calls.reduce((sum, { stream }) => sum + stream.retainedCharacters, 0)
    for (const { stream } of calls) {
      if (count <= maxCalls && characters <= maxCharacters) return
      count -= 1
      characters -= stream.retainedCharacters
      remove(stream.id)
    }
  }

  sessionManager.onSessionEnded((sessionId) => {
    for (const id of bySession.get(sessionId)?.keys() ?? []) remove(id)
  })

  function findOwn(sessionId: string, lastEventId: string): ResumableStream | undefined {
    const { callId = '', position = 0 } = parseEventId(lastEventId) ?? {}
    const found = byId.get(callId)
    if (found?.sessionId !== sessionId) return undefined
    return (sink) => found.stream.resume(position, sink)
  }

  return {
    add(sessionId, stream) {
      const entry = { sessionId, stream, stopTimer: () => {} }
      byId.set(stream.id, entry)
      const own = bySession.get(sessionId) ?? new Map<string, Entry>()
      bySession.set(sessionId, own.set(stream.id, entry))
    },
    ended(id) {
      const entry = byId.get(id)
      if (entry === undefined) return
      entry.stopTimer = clock.after(reconnectMs, () => remove(id))
      completed.set(id, entry)
      const own = [...completed.values()].filter(({ sessionId }) => sessionId === entry.sessionId)
      trim(own, maxCompletedPerSession, maxSessionCharacters)
      trim([...completed.values()], Infinity, maxTotalCharacters)
    },
    remove,
    findOwn,
    find(sessionId, lastEventId) {
      const own = findOwn(sessionId, lastEventId)
      if (own !== undefined) return own
      const requestId = parseEventId(lastEventId)?.requestId
      return requestId === undefined ? undefined : (sink) => writeLost(sink, requestId)
    },
    get size() {
      return byId.size
    },
  }
}

/** Writes the response to a call whose messages are lost. */
function writeLost(sink: ByteSink, requestId: RpcId): () => void {
  const error = new McpError(
    'upstream-error',
    'The response is lost: the process has ended, or the client reconnected too late. It is unknown whether the call completed. Check its effect before you repeat it.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
  const data = encodeError(requestId, toRpcError(error))
  sink.write(encodeEvents({ event: 'message', data }))
  sink.end()
  return () => {}
}
