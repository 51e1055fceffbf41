import type { Clock, McpError, NotificationEnvelope } from '@mcp/protocol'
import { systemNotifications } from '@mcp/protocol'

import { abortable, backoffMs, delay } from '@mcp/concurrency'
import { isRetryable, retryAfterMs } from '../http/retry.ts'
import { invalidResponse, readJson, readNotification } from '../http/read-response.ts'
import { isEventStream, readEvents } from '../http/read-events.ts'
import type { Transport } from '../http/transport.ts'
import { connectionBroken } from '../http/transport.ts'

/** A notification with its position in the stream of the session. */
export interface SessionNotification<
  Type extends string = string,
  Data = NotificationEnvelope['data'],
> extends Omit<NotificationEnvelope, 'type' | 'data'> {
  readonly type: Type
  readonly data: Data
  /**
   * Position in the stream. Pass it as `lastEventId` to continue after this notification, even in
   * another process.
   */
  readonly position: string | undefined
}

/** Options of an iteration over notifications. */
export interface NotificationsOptions<Type extends string = string> {
  /** Types of the notifications to yield. Their data has the type of the contract. Default: all types. */
  readonly types?: readonly Type[] | undefined
  /** An abort ends the iteration. */
  readonly signal?: AbortSignal | undefined
  /** Position after which the iteration starts. Default: it starts with the next notification. */
  readonly lastEventId?: string | undefined
  /** Called when the stream has connected or reconnected. No later notification is lost. */
  readonly onOpen?: (() => void) | undefined
  /** Called when the stream is interrupted, before the client waits for the reconnect. */
  readonly onReconnect?: ((reconnect: Reconnect) => void) | undefined
}

/** Reason and delay of a reconnect. */
export interface Reconnect {
  /** Error that interrupted the stream. Undefined if the server ended the stream normally. */
  readonly error: McpError | undefined
  readonly delayMs: number
}

/** Source of the notifications of a session. */
export interface NotificationSource {
  readonly transport: Transport
  readonly clock: Clock
  /** The path of the stream. */
  readonly path: string
  /** Aborted when this client closes the session. */
  readonly closed: AbortSignal
}

const endTypes: ReadonlySet<string> = new Set([
  systemNotifications.sessionClosed,
  systemNotifications.sessionExpired,
])

// The time of three heartbeats. A connection without data for longer is treated as broken, even if its
// socket is open.
const maxSilenceMs = 45_000
const maxRetryMs = 300_000
const defaultMaxRetryMs = 30_000
// If a connection lasts this long, the backoff starts again at its minimum, even without an event.
const stableMs = 10_000
// Time for the stream of a closed session to deliver `session-closed`.
const closeGraceMs = 1000
const maxSeenIds = 5000

/**
 * Iterates over the notifications of a session. Reconnects after the connection breaks. Throws
 * `session-not-found` if the session ended before its last notification could be received. The type
 * parameter is the type that the contracts declare for the notifications. It is not checked.
 */
export function openNotifications<Notification>(
  source: NotificationSource,
  options?: NotificationsOptions,
): AsyncIterableIterator<Notification, void>
export function openNotifications(
  source: NotificationSource,
  options: NotificationsOptions = {},
): AsyncIterableIterator<SessionNotification, void> {
  const stopped = new AbortController()
  const signals = [stopped.signal, options.signal ?? []].flat()
  const notifications = follow(source, options, AbortSignal.any(signals))
  return {
    next: () => notifications.next(),
    return() {
      // The abort comes first, because a generator runs return() only after a pending next().
      stopped.abort()
      return notifications.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* follow(
  { transport, clock, path, closed }: NotificationSource,
  { types, lastEventId, onOpen, onReconnect }: NotificationsOptions,
  stopped: AbortSignal,
): AsyncGenerator<SessionNotification, void> {
  const seen = new Set<string>()
  const ended = AbortSignal.any([stopped, closed])
  let position = lastEventId
  let retryMs = 1000
  let failures = 0

  while (!ended.aborted) {
    const connection = createConnection(transport.name, clock, { stopped, closed })
    const { signal, watch } = connection
    const openedAt = clock.now()
    let error: McpError | undefined
    try {
      const message = { accept: 'text/event-stream', lastEventId: position, signal }
      const response = await watch(transport.send('GET', path, message))
      // In the event stream standard, HTTP 204 means that the client must not reconnect.
      if (response.status === 204) return
      if (!isEventStream(response)) throw invalidResponse(transport.name, 'events')
      const reading = {
        from: transport.name,
        watch,
        onRetry: (ms: number) => {
          // The minimum is 1, because the backoff doubles the delay, and 0 would stay 0.
          retryMs = Math.min(Math.max(ms, 1), maxRetryMs)
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
        const isWanted = types?.includes(notification.type) ?? true
        if (isWanted && isNew(notification.id, seen)) yield { ...notification, position }
        if (endTypes.has(notification.type)) return
      }
    } catch (thrown) {
      if (ended.aborted) return
      if (!isRetryable(thrown)) throw thrown
      error = thrown
    } finally {
      connection.end()
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

interface Connection {
  readonly signal: AbortSignal
  /** Waits for `read`. Aborts the connection if `read` takes longer than `maxSilenceMs`. */
  readonly watch: <Result>(read: Promise<Result>) => Promise<Result>
  readonly end: () => void
}

function createConnection(
  name: string,
  clock: Clock,
  { stopped, closed }: { readonly stopped: AbortSignal; readonly closed: AbortSignal },
): Connection {
  const controller = new AbortController()
  const { signal } = controller
  let cancelTimer = (): void => {}
  const abort = (): void => controller.abort()
  const abortAfterGrace = (): void => {
    cancelTimer = clock.after(closeGraceMs, abort)
  }
  stopped.addEventListener('abort', abort)
  closed.addEventListener('abort', abortAfterGrace)

  return {
    signal,
    async watch(read) {
      const cancelTimeout = clock.after(maxSilenceMs, () =>
        controller.abort(connectionBroken(name)),
      )
      try {
        return await abortable(read, signal)
      } finally {
        cancelTimeout()
      }
    },
    end() {
      stopped.removeEventListener('abort', abort)
      closed.removeEventListener('abort', abortAfterGrace)
      cancelTimer()
      abort()
    },
  }
}

/**
 * Adds an id to the last 5,000 ids. Returns false if it is one of them. They are stored in a Set, because
 * `lru-cache` would make this package larger for browsers.
 */
function isNew(id: string, seen: Set<string>): boolean {
  const isAdded = seen.size < seen.add(id).size
  const [oldest] = seen
  if (seen.size > maxSeenIds && oldest !== undefined) seen.delete(oldest)
  return isAdded
}
