import { chain } from '@mcp/concurrency'
import { McpError, isReservedType, systemNotifications } from '@mcp/protocol'
import type { MaybePromise, NotificationEnvelope } from '@mcp/protocol'

import type { Core } from '../core.ts'

/** Telling sessions something. */
export interface Notifications {
  /** Appends to the log of one session, or, for `all`, of every one. The position; `undefined` where it is there. */
  publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<number | undefined>
  /** Passes on what the dispatcher's servers tell, until the returned function is called. */
  relay(): () => void
}

/** @throws McpError `forbidden` for a type that clients may not use. */
export function assertNotReserved(type: string): void {
  if (isReservedType(type, 'client')) throw reservedType(type)
}

/** @throws McpError `forbidden` for a type that even servers may not use. */
export function assertNotOurs(type: string): void {
  if (isReservedType(type, 'server')) throw reservedType(type)
}

function reservedType(type: string): McpError {
  return new McpError(
    'forbidden',
    `Notifications of type "${type}" come from the system. Use a type of your own, such as "note-added".`,
    { details: { reason: 'reserved-type' } },
  )
}

export function createNotifications(core: Core): Notifications {
  const { store, metrics, dispatcher, onError } = core

  function publish(
    sessionId: string,
    notification: NotificationEnvelope,
    server?: string,
  ): MaybePromise<number | undefined> {
    const { id, type } = notification
    const event = { id, type, data: JSON.stringify(notification), at: core.clock.now(), server }
    const appended = store.append(sessionId === 'all' ? undefined : sessionId, event)
    return chain(appended, (position) => {
      if (position !== undefined) metrics.count('mcp_notifications_total')
      return position
    })
  }

  function pass(notification: NotificationEnvelope, server: string): void {
    const { sessionIds, ...metadata } = notification.metadata
    // Without the list: a session must not learn the ids of others.
    const told = { ...notification, metadata }
    if (notification.type === systemNotifications.serverRestarted)
      return settle(publish('all', told, server))
    if (isReservedType(notification.type, 'server')) return
    if (sessionIds === undefined) return settle(publish('all', told))
    for (const sessionId of sessionIds) settle(publish(sessionId, told))
  }

  function settle(published: MaybePromise<unknown>): void {
    if (published instanceof Promise) published.catch(onError)
  }

  return {
    publish,
    relay: () =>
      dispatcher.subscribe((notification, server) => {
        try {
          pass(notification, server)
        } catch (error) {
          onError(error)
        }
      }),
  }
}
