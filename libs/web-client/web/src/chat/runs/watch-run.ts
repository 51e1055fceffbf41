import type { RunView } from '@mcp/client/runs'
import { emptyRun, foldRun } from '@mcp/client/runs'
import type { RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'

import type { Connection } from '../../stream/connection.ts'

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

export interface ReadRunOptions {
  readonly after: number
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onReconnect: (delayMs: number) => void
}

/** Receives what the event stream of the browser reports about a run. */
export interface RunFollower {
  readonly onEvent: (event: RunEvent) => void
  /**
   * Receives the position of the last event of the run that the stream has sent: when the follower is added, and
   * after each event of the stream that is not of this run.
   */
  readonly onPosition: (seq: number) => void
  readonly onConnection: (connection: Connection) => void
  /** Called if the service does not have the run. */
  readonly onMissing: () => void
}

export interface WatchRunOptions {
  /** Whether the run is in progress. The events of a run that has ended are read, but not followed. */
  readonly isRunning: boolean
  /** Reads the events of a run after a position, until the run has finished. Reconnects after a failure. */
  readonly read: (runId: string, options: ReadRunOptions) => AsyncIterable<RunEvent>
  /** Follows the events of a run until the returned function is called. */
  readonly follow: (runId: string, follower: RunFollower) => () => void
  readonly now: () => number
}

/** A run whose events are read while it has listeners. */
export interface WatchedRun {
  readonly read: () => RunState
  /** Adds a listener, and returns the function that removes it. */
  readonly subscribe: (listener: () => void) => () => void
}

/**
 * Creates a run whose events arrive as soon as it has a listener. The events of a run in progress come from
 * the event stream of the browser. Events that the stream sent before the first listener was added, or that
 * were lost, are read on a separate connection. This connection ends with the last of these events, because a
 * browser has only six connections to a host.
 */
export function watchRun(runId: string, options: WatchRunOptions): WatchedRun {
  const { isRunning, read, follow, now } = options
  const listeners = new Set<() => void>()
  let state = initialRun
  let stop: (() => void) | undefined

  function change(next: Partial<RunState>): void {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }

  function end(connection: RunConnection): void {
    stop?.()
    change({ connection })
  }

  function apply({ seq, at, event }: RunEvent): void {
    // A reconnect may repeat events.
    if (seq <= state.seq) return
    change({ view: foldRun(state.view, event), seq, at })
    if (event.type === 'run-finished') end({ state: 'ended' })
  }

  const onOpen = () => {
    if (state.connection.state !== 'live') change({ connection: { state: 'live' } })
  }

  function start(): void {
    const controller = new AbortController()
    const { signal } = controller
    const reader = createReader({
      position: () => state.seq,
      open: () =>
        read(runId, {
          after: state.seq,
          signal,
          onOpen,
          onReconnect: (delayMs) =>
            change({ connection: { state: 'reconnecting', retryAt: now() + delayMs } }),
        }),
      signal,
      onEvent: apply,
      onGap: () => change(initialRun),
      onEnd: end,
    })
    const unfollow = isRunning
      ? follow(runId, {
          onEvent(event) {
            if (reader.isReading() || event.seq > state.seq + 1) reader.readTo(event.seq)
            else apply(event)
          },
          onPosition: (seq) => reader.readTo(seq),
          onConnection(connection) {
            if (connection.state === 'live') onOpen()
            if (connection.state === 'reconnecting') change({ connection })
          },
          onMissing: () =>
            end({ state: 'failed', error: new McpError('not-found', `No run "${runId}".`) }),
        })
      : undefined
    if (!isRunning) reader.readTo(Infinity)
    stop = () => {
      stop = undefined
      controller.abort()
      unfollow?.()
    }
  }

  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener)
      if (stop === undefined && state.connection.state !== 'ended') start()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop?.()
      }
    },
  }
}

interface ReaderOptions {
  /** Position of the last event. */
  readonly position: () => number
  /** Opens the events after the position. */
  readonly open: () => AsyncIterable<RunEvent>
  readonly signal: AbortSignal
  readonly onEvent: (event: RunEvent) => void
  /**
   * Called if the server cannot continue after the position, for example because its log has become shorter. All
   * events are then read from the start.
   */
  readonly onGap: () => void
  readonly onEnd: (connection: RunConnection) => void
}

/** Creates a reader of the events up to a position, which may increase while the reader reads. */
function createReader({ position, open, signal, onEvent, onGap, onEnd }: ReaderOptions) {
  let last = 0
  let isReading = false

  async function read(): Promise<void> {
    for await (const event of open()) {
      if (signal.aborted) return
      onEvent(event)
      if (position() >= last) return
    }
    if (!signal.aborted) onEnd({ state: 'ended' })
  }

  async function readAll(): Promise<void> {
    isReading = true
    try {
      while (!signal.aborted && position() < last) await read()
    } catch (thrown) {
      if (signal.aborted) return
      const error = McpError.from(thrown)
      if (error.details?.['reason'] !== 'stream-gap' || position() === 0) {
        return onEnd({ state: 'failed', error })
      }
      onGap()
      await readAll()
    } finally {
      isReading = false
    }
  }

  return {
    isReading: () => isReading,
    readTo(seq: number): void {
      last = Math.max(last, seq)
      if (!isReading && position() < last) void readAll()
    },
  }
}
