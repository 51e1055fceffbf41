import { chain } from '@mcp/concurrency'
import { isReservedType, McpError, systemNotifications } from '@mcp/protocol'
import type { Clock, MaybePromise, NotificationEnvelope } from '@mcp/protocol'

import type { Activity } from '../activity/activity.ts'
import type { Metrics } from '../metrics.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import { isLive } from '../store/session-store.ts'
import type { Stores } from '../store/stores.ts'
import { createForwardQueue } from './forward-queue.ts'

/** Publishes notifications to sessions. */
export interface Notifications {
  /**
   * Appends a notification to the log of one session or, if `sessionId` is `all`, to the log that all
   * sessions share. With `server`, only sessions that used this server receive it. Returns the cursor,
   * `false` if the log contains the notification already, or `undefined` if the session does not exist.
   */
  publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<string | false | undefined>
  /** Forwards the notifications of the dispatcher's servers until the returned function is called. */
  forward(): () => void
  /**
   * Resolves when each forwarded notification is in the log or waits for an unavailable store. Returns
   * `undefined` if none is being appended. A response waits for this, so that the notification of a change is
   * stored before the caller receives the response, and is not lost if the process is then killed.
   */
  forwarded(): Promise<unknown> | undefined
}

export interface NotificationsOptions {
  readonly stores: Pick<Stores, 'events' | 'sessions' | 'isShared'>
  readonly dispatcher: Pick<RequestDispatcher, 'subscribe' | 'sessionClosed'>
  readonly activity: Pick<Activity, 'notified'>
  readonly clock: Clock
  readonly metrics: Metrics
  readonly onError: (error: unknown) => void
}

/** @throws McpError `forbidden` for a type that clients must not publish. */
export function assertClientType(type: string): void {
  if (isReservedType(type, 'client')) throw reservedType(type)
}

/** @throws McpError `forbidden` for a type that neither clients nor servers may publish. */
export function assertServerType(type: string): void {
  if (isReservedType(type, 'server')) throw reservedType(type)
}

function reservedType(type: string): McpError {
  return new McpError(
    'forbidden',
    `The notification type "${type}" is reserved. Use a type of your own, such as "note-added".`,
    { details: { reason: 'reserved-type' } },
  )
}

export function createNotifications(options: NotificationsOptions): Notifications {
  const { stores, dispatcher, activity, clock, metrics, onError } = options
  const queue = createForwardQueue({ isShared: stores.isShared, clock, onError })

  function publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<string | false | undefined> {
    const { id, type } = notification
    const event = { id, type, data: JSON.stringify(notification), at: clock.now(), server }
    const recipient = sessionId === 'all' ? undefined : sessionId
    const appending = metrics.timed('append', stores.events.append(recipient, event))
    return chain(appending, (cursor) => {
      if (cursor === undefined || cursor === false) return cursor
      metrics.count('mcp_notifications_total')
      activity.notified(recipient, notification)
      return cursor
    })
  }

  /** Reports the end of a session to a server that does not know of it, for example after a restart. */
  async function endUnknown(sessionId: string, server: string): Promise<void> {
    try {
      const found = await stores.sessions.read(sessionId)
      if (!isLive(found)) await dispatcher.sessionClosed(sessionId, [server])
    } catch (error) {
      // The next notification for the session repeats this.
      if (!McpError.is(error) || !error.retryable) onError(error)
    }
  }

  function forward(notification: NotificationEnvelope, server: string): void {
    const { sessionIds, ...metadata } = notification.metadata
    // The list of recipients is removed, because a session must not learn the ids of other sessions.
    const forwarded = { ...notification, metadata }
    if (notification.type === systemNotifications.serverRestarted) {
      return append('all', forwarded, server)
    }
    if (isReservedType(notification.type, 'server')) return
    if (sessionIds === undefined) return append('all', forwarded)
    for (const sessionId of sessionIds) {
      queue.add({
        to: sessionId,
        append: () =>
          chain(publish(sessionId, forwarded), (cursor) => {
            // `false` means that another replica has appended it. `endUnknown` is not awaited, so that later
            // notifications of the session do not wait for it.
            if (cursor === undefined) void endUnknown(sessionId, server)
          }),
        size: () => JSON.stringify(forwarded).length,
      })
    }
  }

  function append(to: string, notification: NotificationEnvelope, server?: string): void {
    queue.add({
      to,
      append: () => publish(to, notification, server),
      size: () => JSON.stringify(notification).length,
    })
  }

  return {
    publish,
    forwarded: () => queue.attempted(),
    forward() {
      const stop = dispatcher.subscribe((notification, server) => {
        try {
          forward(notification, server)
        } catch (error) {
          onError(error)
        }
      })
      return () => {
        stop()
        queue.stop()
      }
    },
  }
}
