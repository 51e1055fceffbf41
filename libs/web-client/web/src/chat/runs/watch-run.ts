import type { RunView } from '@mcp/client/runs'
import { emptyRun, foldRun } from '@mcp/client/runs'
import type { RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'

/** State of the connection that the events of a run come from. */
export type RunConnection =
  | { readonly state: 'loading' | 'live' | 'ended' }
  | { readonly state: 'reconnecting'; readonly retryAt: number }
  | { readonly state: 'failed'; readonly error: McpError }

/** A run as far as its events have arrived. */
export interface RunState {
  readonly view: RunView
  /** Position of the last event. */
  readonly seq: number
  /** Time of the last event, in milliseconds since the epoch. */
  readonly at: number
  readonly connection: RunConnection
}

export const initialRun: RunState = {
  view: emptyRun,
  seq: 0,
  at: 0,
  connection: { state: 'loading' },
}

export interface OpenRunOptions {
  readonly after: number
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onReconnect: (delayMs: number) => void
}

export interface WatchRunOptions {
  /** Opens the events of a run after a position. It reconnects by itself. */
  readonly open: (runId: string, options: OpenRunOptions) => AsyncIterable<RunEvent>
  readonly now: () => number
}

/** A run that is followed while it has listeners. */
export interface WatchedRun {
  readonly read: () => RunState
  /** Adds a listener, and returns the function that removes it. */
  readonly subscribe: (listener: () => void) => () => void
}

/** Creates a run whose events are read as soon as it has a listener, and only once. */
export function watchRun(runId: string, { open, now }: WatchRunOptions): WatchedRun {
  const listeners = new Set<() => void>()
  let state = initialRun
  let following: AbortController | undefined

  function change(next: Partial<RunState>): void {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const events = open(runId, {
      after: state.seq,
      signal,
      onOpen: () => {
        if (state.connection.state !== 'live') change({ connection: { state: 'live' } })
      },
      onReconnect: (delayMs) =>
        change({ connection: { state: 'reconnecting', retryAt: now() + delayMs } }),
    })
    for await (const { seq, at, event } of events) {
      if (signal.aborted) return
      // A reconnect may repeat events.
      if (seq <= state.seq) continue
      change({ view: foldRun(state.view, event), seq, at })
    }
    if (!signal.aborted) change({ connection: { state: 'ended' } })
  }

  async function followWithGaps(signal: AbortSignal): Promise<void> {
    try {
      await follow(signal)
    } catch (thrown) {
      if (signal.aborted) return
      const error = McpError.from(thrown)
      if (error.details?.['reason'] === 'stream-gap' && state.seq > 0) {
        change(initialRun)
        return followWithGaps(signal)
      }
      change({ connection: { state: 'failed', error } })
    }
  }

  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener)
      if (following === undefined && state.connection.state !== 'ended') {
        following = new AbortController()
        void followWithGaps(following.signal)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        following?.abort()
        following = undefined
      }
    },
  }
}
