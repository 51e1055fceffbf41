import { chain } from '@mcp/concurrency'
import { isReservedType, McpError, systemNotifications } from '@mcp/protocol'
import type { Clock, MaybePromise, NotificationEnvelope } from '@mcp/protocol'

import type { Metrics } from '../metrics.ts'
import type { RequestDispatcher } from '../request-dispatcher.ts'
import type { EventStore } from '../store/event-store.ts'

/** Publishes notifications to sessions. */
export interface Notifications {
  /**
   * Appends a notification to the log of one session or, if `sessionId` is `all`, to the log that all
   * sessions share. With `server`, only sessions that used this server receive it. Returns the position,
   * or `undefined` if the session does not exist or the log contains the notification already.
   */
  publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<number | undefined>
  /** Forwards the notifications of the dispatcher's servers until the returned function is called. */
  forward(): () => void
}

export interface NotificationsOptions {
  readonly store: Pick<EventStore, 'append'>
  readonly dispatcher: Pick<RequestDispatcher, 'subscribe'>
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
  const { store, dispatcher, clock, metrics, onError } = options

  function publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<number | undefined> {
    const { id, type } = notification
    const event = { id, type, data: JSON.stringify(notification), at: clock.now(), server }
    const appending = store.append(sessionId === 'all' ? undefined : sessionId, event)
    return chain(appending, (position) => {
      if (position !== undefined) metrics.count('mcp_notifications_total')
      return position
    })
  }

  function forward(notification: NotificationEnvelope, server: string): void {
    const { sessionIds, ...metadata } = notification.metadata
    // The list of recipients is removed, because a session must not learn the ids of other sessions.
    const forwarded = { ...notification, metadata }
    if (notification.type === systemNotifications.serverRestarted) {
      return reportFailure(publish('all', forwarded, server))
    }
    if (isReservedType(notification.type, 'server')) return
    if (sessionIds === undefined) return reportFailure(publish('all', forwarded))
    for (const sessionId of sessionIds) reportFailure(publish(sessionId, forwarded))
  }

  function reportFailure(publishing: MaybePromise<unknown>): void {
    if (publishing instanceof Promise) publishing.catch(onError)
  }

  return {
    publish,
    forward: () =>
      dispatcher.subscribe((notification, server) => {
        try {
          forward(notification, server)
        } catch (error) {
          onError(error)
        }
      }),
  }
}
