import type { Clock, McpError, NotificationEnvelope } from '@mcp/protocol'
import { systemNotifications } from '@mcp/protocol'

import { isGone, isRetryable, retryAfterMs } from '../http/retry.ts'
import { nonsense, readJson, readNotification } from '../http/read-response.ts'
import { isEventStream, readEvents } from '../http/read-events.ts'
import type { Transport } from '../http/transport.ts'
import { brokenOff } from '../http/transport.ts'
import { backOff, orAborted, wait } from '../http/wait.ts'

/** Something a server told, and where in the session's stream it stood. */
export interface SessionNotification extends NotificationEnvelope {
  /** Hand it to `lastEventId` to go on after this one, in another process for instance. */
  readonly position: string | undefined
}

/** Where an iteration begins, and who hears of its connection. */
export interface NotificationsOptions {
  /** Aborting it ends the iteration. */
  readonly signal?: AbortSignal | undefined
  /** Begin after this position. Default: with what comes from now on. */
  readonly lastEventId?: string | undefined
  /** Told when the stream stands, first and after each reconnect: from here on nothing is missed. */
  readonly onOpen?: (() => void) | undefined
  /** Told when the stream broke, before the wait. */
  readonly onReconnect?: ((reconnect: Reconnect) => void) | undefined
}

/** Why and when a stream comes back. */
export interface Reconnect {
  /** Why, unless the other side ended the stream in order. */
  readonly error: McpError | undefined
  readonly delayMs: number
}

/** Where a session's notifications come from. */
export interface NotificationSource {
  readonly transport: Transport
  readonly clock: Clock
  /** The path of the stream. */
  readonly path: string
  /** Aborted once the session was closed from here. */
  readonly closed: AbortSignal
}

const ends: ReadonlySet<string> = new Set([
  systemNotifications.sessionClosed,
  systemNotifications.sessionExpired,
])

// Three heartbeats: a connection this quiet is gone, whatever the socket says.
const quietMs = 45_000
const longestRetryMs = 300_000
const usualLongestMs = 30_000
// A connection that stood this long was a good one, even if nothing happened on it.
const steadyMs = 10_000
// How long a closed session's stream may take to tell that it was closed.
const farewellMs = 1000
const remembered = 5000

/** Follows a session's notifications across broken connections. */
export function openNotifications(
  source: NotificationSource,
  options: NotificationsOptions = {},
): AsyncIterableIterator<SessionNotification, void> {
  const left = new AbortController()
  const signals = [left.signal, options.signal].filter((signal) => signal !== undefined)
  const notifications = follow(source, options, AbortSignal.any(signals))
  return {
    next: () => notifications.next(),
    return() {
      // Abort first: a generator queues return() behind the next() it is still waiting in.
      left.abort()
      return notifications.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* follow(
  { transport, clock, path, closed }: NotificationSource,
  { lastEventId, onOpen, onReconnect }: NotificationsOptions,
  left: AbortSignal,
): AsyncGenerator<SessionNotification, void> {
  const isNew = createMemory()
  const ended = AbortSignal.any([left, closed])
  let position = lastEventId
  let retryMs = 1000
  let failures = 0

  while (!ended.aborted) {
    const connection = createConnection(transport.name, clock, { left, closed })
    const { signal, watch } = connection
    const openedAt = clock.now()
    let error: McpError | undefined
    try {
      const message = { accept: 'text/event-stream', lastEventId: position, signal }
      const response = await watch(transport.send('GET', path, message))
      // By the standard of event streams: there will be no more.
      if (response.status === 204) return
      if (!isEventStream(response)) throw nonsense(transport.name, 'events')
      const reading = {
        from: transport.name,
        watch,
        onRetry: (ms: number) => {
          // Nothing doubled stays nothing, and would knock without a pause.
          retryMs = Math.min(Math.max(ms, 1), longestRetryMs)
        },
      }
      for await (const { id, event, data } of readEvents(response, reading)) {
        if (id !== undefined) position = id
        if (event === systemNotifications.streamOpen) {
          onOpen?.()
          continue
        }
        failures = 0
        const notification = readNotification(readJson(data, transport.name), transport.name)
        if (isNew(notification.id)) yield { ...notification, position }
        if (ends.has(notification.type)) return
      }
    } catch (thrown) {
      if (ended.aborted || isGone(thrown)) return
      if (!isRetryable(thrown)) throw thrown
      error = thrown
    } finally {
      connection.end()
    }
    if (clock.now() - openedAt >= steadyMs) failures = 0
    const pace = { baseMs: retryMs, maxMs: Math.max(usualLongestMs, retryMs) }
    const delayMs = Math.min(retryAfterMs(error) ?? backOff(failures, pace), longestRetryMs)
    failures++
    onReconnect?.({ error, delayMs })
    // Being left or closed meanwhile ends the loop.
    await wait(delayMs, clock, ended).catch(() => {})
  }
}

interface Connection {
  readonly signal: AbortSignal
  /** Waits for bytes, and breaks the connection off where none come. */
  readonly watch: <Result>(read: Promise<Result>) => Promise<Result>
  readonly end: () => void
}

function createConnection(
  name: string,
  clock: Clock,
  { left, closed }: { readonly left: AbortSignal; readonly closed: AbortSignal },
): Connection {
  const controller = new AbortController()
  const { signal } = controller
  let stay = (): void => {}
  const leave = (): void => controller.abort()
  const sayFarewell = (): void => {
    stay = clock.after(farewellMs, leave)
  }
  left.addEventListener('abort', leave)
  closed.addEventListener('abort', sayFarewell)

  return {
    signal,
    async watch(read) {
      const disarm = clock.after(quietMs, () => controller.abort(brokenOff(name)))
      try {
        return await orAborted(read, signal)
      } finally {
        disarm()
      }
    },
    end() {
      left.removeEventListener('abort', leave)
      closed.removeEventListener('abort', sayFarewell)
      stay()
      leave()
    },
  }
}

/** Answers whether an id is seen for the first time, as far as a bounded memory knows. */
function createMemory(): (id: string) => boolean {
  const seen = new Set<string>()
  return (id) => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest)
    return true
  }
}
