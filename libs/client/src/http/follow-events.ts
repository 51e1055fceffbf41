import { abortable, backoffMs, delay } from '@mcp/concurrency'
import type { Clock, McpError, systemNotifications } from '@mcp/protocol'
import type { EventSourceMessage } from 'eventsource-parser'

import { connectionBroken, invalidResponse } from './failures.ts'
import { isEventStream, readEvents } from './read-events.ts'
import { isRetryable, retryAfterMs } from './retry.ts'

/** Reason and delay of a reconnect. */
export interface Reconnect {
  /** Error that interrupted the stream. Undefined if the server ended the stream normally. */
  readonly error: McpError | undefined
  readonly delayMs: number
}

/** Options of {@link followEvents}. */
export interface FollowOptions {
  /** Name of the server in error messages. */
  readonly name: string
  readonly clock: Clock
  /** Opens the stream after a position. */
  readonly open: (position: string | undefined, signal: AbortSignal) => Promise<Response>
  /** Position after which the first stream starts. */
  readonly lastEventId?: string | undefined
  /** An abort ends the iteration. */
  readonly stopped: AbortSignal
  /** An abort ends the iteration after a grace period, in which the last event can arrive. */
  readonly closed: AbortSignal
  /** Called when the stream is interrupted, before the wait for the reconnect. */
  readonly onReconnect?: ((reconnect: Reconnect) => void) | undefined
}

/** An event with the position to resume after. */
export interface FollowedEvent extends EventSourceMessage {
  readonly position: string | undefined
}

// The time of three heartbeats. A connection without data for longer is treated as broken, even if its
// socket is open.
const maxSilenceMs = 45_000
const maxRetryMs = 300_000
const defaultMaxRetryMs = 30_000
// If a connection lasts this long, the backoff starts again at its minimum, even without an event.
const stableMs = 10_000
// Time for the stream of a closed session to deliver `session-closed`.
const closeGraceMs = 1000
/** Type of the event after the replay of missed events. A literal makes the bundle smaller. */
export const streamOpen: typeof systemNotifications.streamOpen = 'stream-open'

/**
 * Iterates over the events of a stream. Reconnects after the connection breaks, and resumes after the
 * last event. Ends after a response with status 204. Throws an error that a retry cannot change.
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<FollowedEvent, void> {
  const { name, clock, open, stopped, closed, onReconnect } = options
  let position = options.lastEventId
  const ended = AbortSignal.any([stopped, closed])
  let retryMs = 1000
  let failures = 0

  while (!ended.aborted) {
    const { signal, watch, end } = createConnection(options)
    const openedAt = clock.now()
    let error: McpError | undefined
    try {
      const response = await watch(open(position, signal))
      // In the event stream standard, HTTP 204 means that the client must not reconnect.
      if (response.status === 204) return
      if (!isEventStream(response)) throw invalidResponse(name, 'events')
      const onRetry = (ms: number): void => {
        // The minimum is 1, because the backoff doubles the delay, and 0 would stay 0.
        retryMs = Math.min(Math.max(ms, 1), maxRetryMs)
      }
      for await (const event of readEvents(response, { from: name, watch, onRetry })) {
        position = event.id ?? position
        if (event.event !== streamOpen) failures = 0
        yield { ...event, position }
      }
    } catch (thrown) {
      if (ended.aborted) return
      if (!isRetryable(thrown)) throw thrown
      error = thrown
    } finally {
      end()
    }
    if (clock.now() - openedAt >= stableMs) failures = 0
    const backoff = { baseMs: retryMs, maxMs: Math.max(defaultMaxRetryMs, retryMs) }
    const delayMs = Math.min(retryAfterMs(error) ?? backoffMs(failures, backoff), maxRetryMs)
    failures++
    onReconnect?.({ error, delayMs })
    // The delay rejects if the iteration stops or the session closes. The loop condition ends the loop.
    await delay(delayMs, clock, ended).catch(() => {})
  }
}

/** Returns an iterator whose `return` also ends a pending `next`. An abort of `signal` ends it too. */
export function stoppable<Value>(
  start: (stopped: AbortSignal) => AsyncGenerator<Value, void>,
  signal?: AbortSignal,
): AsyncIterableIterator<Value, void> {
  const stopped = new AbortController()
  const values = start(AbortSignal.any([stopped.signal, signal ?? stopped.signal]))
  return {
    next: () => values.next(),
    return() {
      // The abort comes first, because a generator runs return() only after a pending next().
      stopped.abort()
      return values.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

interface Connection {
  readonly signal: AbortSignal
  /** Waits for `read`. Aborts the connection if `read` takes longer than `maxSilenceMs`. */
  readonly watch: <Result>(read: Promise<Result>) => Promise<Result>
  readonly end: () => void
}

function createConnection({ name, clock, stopped, closed }: FollowOptions): Connection {
  const controller = new AbortController()
  const { signal } = controller
  let cancelTimer = (): void => {}
  const abort = (): void => controller.abort()
  const abortAfterGrace = (): void => {
    cancelTimer = clock.after(closeGraceMs, abort)
  }
  // An abort of `signal` removes the listeners.
  stopped.addEventListener('abort', abort, { signal })
  closed.addEventListener('abort', abortAfterGrace, { signal })

  return {
    signal,
    watch(read) {
      const cancel = clock.after(maxSilenceMs, () => controller.abort(connectionBroken(name)))
      return abortable(read, signal).finally(cancel)
    },
    end() {
      cancelTimer()
      abort()
    },
  }
}
