import type { RunView } from '@mcp/client/runs'
import { emptyRun, foldRun } from '@mcp/client/runs'
import { createKeyedLock } from '@mcp/concurrency'
import type { RunEvent } from '@mcp/protocol/agent'

import type { Connection } from '../remote/connection.ts'
import type { AskUser, DecisionsOptions, DeniedCall } from './decide.ts'
import { createDecisions } from './decide.ts'
import { decideCall, followRun, stopRun } from './run-api.ts'
import type { RespondToServer } from './server-interactions.ts'
import { respondToInteractions } from './server-interactions.ts'

export interface WatchOptions extends Pick<DecisionsOptions, 'allow'> {
  readonly connection: Connection
  readonly runId: string
  /** Requests the decision about a call. Default: calls are denied unless `allow` names them. */
  readonly ask?: AskUser | undefined
  /** Requests the response to an interaction of a server. Default: interactions are declined. */
  readonly respond?: RespondToServer | undefined
  /** Receives each event, with the view of the run after it. */
  readonly onEvent: (event: RunEvent, view: RunView) => void
  /** Called when the connection is lost, before it is opened again. */
  readonly onLost?: (() => void) | undefined
  /** Aborting the signal stops the run. */
  readonly signal: AbortSignal
}

export interface WatchedRun {
  readonly view: RunView
  readonly denied: readonly DeniedCall[]
}

/** Maximum time to wait for the last events of a stopped run, in milliseconds. */
const maxStopMs = 2000

/**
 * Watches a run until it has ended, and decides about its calls. If the signal is aborted, the run is stopped,
 * and the result is the view of the stopped run. Rejects if the last events do not arrive in time, if the
 * connection is lost for too long, or if a decision or a response cannot be sent.
 */
export async function watchRun(options: WatchOptions): Promise<WatchedRun> {
  const { connection, runId, allow, ask, respond, onEvent, onLost = () => {}, signal } = options
  const ended = new AbortController()
  const end = (reason: unknown): void => ended.abort(reason)
  const either = AbortSignal.any([signal, ended.signal])
  const turns = createKeyedLock()
  const inTurn = (task: () => Promise<void>): Promise<void> => turns.run(['terminal'], task)
  const decisions = createDecisions({
    allow,
    ask,
    inTurn,
    decide: (callId, decision) => decideCall(connection, { runId, callId }, decision),
    signal: either,
  })
  decisions.failed.catch(end)
  const stop = (): void => {
    stopRun(connection, runId)
      .catch(end)
      .finally(() => setTimeout(() => end(signal.reason), maxStopMs).unref())
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let isWatching = false
  const watchInteractions = (): void => {
    if (isWatching) return
    isWatching = true
    respondToInteractions({ connection, runId, respond, inTurn, signal: either }).catch(end)
  }
  let view = emptyRun
  try {
    for await (const event of followRun(connection, runId, { signal: ended.signal, onLost })) {
      view = foldRun(view, event.event)
      onEvent(event, view)
      decisions.handle(event.event, view)
      // Only a call can lead to an interaction.
      if (event.event.type === 'call-started') watchInteractions()
    }
    return { view, denied: decisions.denied }
  } finally {
    signal.removeEventListener('abort', stop)
    end(undefined)
  }
}
