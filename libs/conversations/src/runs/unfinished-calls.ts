import type { ModelToolCall, UnfinishedCall } from '@mcp/llm'
import { isRecord } from '@mcp/protocol'

import type { LogEntry } from '../log.ts'

/** The calls of interrupted runs that have no result. */
export interface UnfinishedCalls {
  stateOf(call: ModelToolCall): UnfinishedCall
  /** Returns the request id of a call that is sent again, and removes the id; undefined for any other call. */
  takeRequestId(callId: string): string | undefined
}

interface CallState {
  readonly requestId: string
  arguments: unknown
  isStarted: boolean
  isFinished: boolean
}

/**
 * Finds the unfinished calls of earlier runs. A call that had started is sent again with the same id. This
 * repeats no effect, because the session runs requests with the same id only once. If the session was replaced,
 * the effect of the call is unknown.
 */
export function findUnfinishedCalls(
  entries: readonly LogEntry[],
  options: {
    readonly isSameSession: boolean
    readonly requestIdOf: (run: number, callId: string) => string
  },
): UnfinishedCalls {
  const calls = new Map<string, CallState>()
  const resent = new Map<string, string>()
  for (const entry of entries) {
    if (entry.kind !== 'event') continue
    const { event, run } = entry
    if (event.type === 'call-proposed') {
      // A call that is sent again keeps its request id.
      if (calls.get(event.callId)?.isFinished === false) continue
      const requestId = options.requestIdOf(run, event.callId)
      calls.set(event.callId, {
        requestId,
        arguments: event.arguments,
        isStarted: false,
        isFinished: false,
      })
    } else if (event.type === 'approval-decided') {
      const call = calls.get(event.callId)
      if (call && event.arguments) call.arguments = event.arguments
    } else if (event.type === 'call-started') {
      const call = calls.get(event.callId)
      if (call) call.isStarted = true
    } else if (event.type === 'call-finished') {
      const call = calls.get(event.callId)
      if (call) call.isFinished = true
    }
  }

  return {
    stateOf({ id }) {
      const call = calls.get(id)
      if (call === undefined || !call.isStarted) return 'not-started'
      if (!options.isSameSession || !isRecord(call.arguments)) return 'unknown'
      resent.set(id, call.requestId)
      return { resend: call.arguments }
    },
    takeRequestId(callId) {
      const requestId = resent.get(callId)
      resent.delete(callId)
      return requestId
    },
  }
}
