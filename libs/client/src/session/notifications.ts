import type { Clock, NotificationEnvelope } from '@mcp/protocol'

import { readJson } from '../http/failures.ts'
import { readNotification } from '../http/read-response.ts'
import { followEvents, stoppable, streamOpen } from '../http/follow-events.ts'
import type { Reconnect } from '../http/follow-events.ts'
import type { Transport } from '../http/transport.ts'

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

/** Source of the notifications of a session. */
export interface NotificationSource {
  readonly transport: Transport
  readonly clock: Clock
  /** The path of the stream. */
  readonly path: string
  /** Aborted when this client closes the session. */
  readonly closed: AbortSignal
}

const lastTypes = /^session-(closed|expired)$/

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
  return stoppable((stopped) => follow(source, options, stopped), options.signal)
}

async function* follow(
  source: NotificationSource,
  options: NotificationsOptions,
  stopped: AbortSignal,
): AsyncGenerator<SessionNotification, void> {
  const { transport, path } = source
  const { name } = transport
  const seen = new Set<string>()
  const events = followEvents({
    ...source,
    ...options,
    name,
    stopped,
    open: (lastEventId, signal) =>
      transport.send('GET', path, { accept: 'text/event-stream', lastEventId, signal }),
  })
  for await (const { event, data, position } of events) {
    if (event === streamOpen) {
      options.onOpen?.()
      continue
    }
    const notification = readNotification(readJson(data, name), name)
    const isWanted = options.types?.includes(notification.type) ?? true
    if (isWanted && isNew(notification.id, seen)) yield { ...notification, position }
    if (lastTypes.test(notification.type)) return
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
