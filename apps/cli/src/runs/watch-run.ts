import type { RunView } from '@mcp/client/runs'
import { emptyRun, foldRun } from '@mcp/client/runs'
import type { RunEvent } from '@mcp/protocol/agent'

import type { Connection } from '../remote/connection.ts'
import type { AskUser, DecisionsOptions, DeniedCall } from './decide.ts'
import { createDecisions } from './decide.ts'
import { decideCall, followRun, stopRun } from './run-api.ts'

export interface WatchOptions extends Pick<DecisionsOptions, 'allow'> {
  readonly connection: Connection
  readonly runId: string
  /** Requests the decision about a call. Default: calls are denied unless `allow` names them. */
  readonly ask?: AskUser | undefined
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

/** Maximum time in which a stopped run sends its last events, in milliseconds. */
const maxStopMs = 2000

/**
 * Watches a run until it has ended, and decides about its calls. If the signal is aborted, the run is
 * stopped, and the result is the view of the stopped run.
 */
export async function watchRun(options: WatchOptions): Promise<WatchedRun> {
  const { connection, runId, allow, ask, onEvent, onLost = () => {}, signal } = options
  const ended = new AbortController()
  const end = (reason: unknown): void => ended.abort(reason)
  const decisions = createDecisions({
    allow,
    ask,
    decide: (callId, decision) => decideCall(connection, { runId, callId }, decision),
    signal: AbortSignal.any([signal, ended.signal]),
  })
  decisions.failed.catch(end)
  const stop = (): void => {
    stopRun(connection, runId)
      .catch(end)
      .finally(() => setTimeout(() => end(signal.reason), maxStopMs).unref())
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  let view = emptyRun
  try {
    for await (const event of followRun(connection, runId, { signal: ended.signal, onLost })) {
      view = foldRun(view, event.event)
      onEvent(event, view)
      decisions.handle(event.event, view)
    }
    return { view, denied: decisions.denied }
  } finally {
    signal.removeEventListener('abort', stop)
    end(undefined)
  }
}
