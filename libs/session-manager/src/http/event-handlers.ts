import { chain } from '@mcp/concurrency'
import { eventStreamHeaders, readJson, withoutCallerClaims } from '@mcp/http'
import { parseNotification } from '@mcp/protocol'
import type { RawResponse } from '@mcp/http'
import type { MaybePromise, NotificationEnvelope } from '@mcp/protocol'

import type { EventStreams } from '../events/event-streams.ts'
import type { Notifications } from '../events/notifications.ts'
import { assertClientType, assertServerType } from '../events/notifications.ts'
import { sessionNotFound } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SessionStore } from '../store/session-store.ts'
import { isLive } from '../store/session-store.ts'
import type { SessionBodyLimits } from './body-schemas.ts'
import { readLastEventId } from './page-query.ts'
import { accepted } from './responses.ts'
import type { RouteHandler } from './route.ts'

export interface EventHandlersOptions {
  readonly streams: Pick<EventStreams, 'assertCapacity' | 'open'>
  readonly notifications: Pick<Notifications, 'publish'>
  readonly sessions: Pick<Sessions, 'find'>
  readonly store: Pick<SessionStore, 'read'>
  readonly limits: SessionBodyLimits
  /** Throws `unavailable` during shutdown. */
  readonly assertOpen: () => void
}

export type EventHandlers = Readonly<
  Record<'openStream' | 'notifySession' | 'notifyAll', RouteHandler>
>

export function createEventHandlers(options: EventHandlersOptions): EventHandlers {
  const { streams, notifications, sessions, store, limits, assertOpen } = options

  function publish(
    sessionId: string,
    notification: NotificationEnvelope,
  ): MaybePromise<RawResponse> {
    return chain(notifications.publish(sessionId, notification), () => accepted)
  }

  return {
    openStream({ request, owner, path: { sessionId }, query }) {
      const after = readLastEventId(
        request.header('last-event-id') ?? query.get('lastEventId') ?? undefined,
      )
      assertOpen()
      return chain(sessions.find(sessionId, owner), (): RawResponse => {
        const session = { sessionId, owner }
        streams.assertCapacity(session)
        return {
          status: 200,
          headers: eventStreamHeaders,
          stream: (sink) => streams.open(session, after, sink),
        }
      })
    },
    notifySession({ request, owner, isInternal, path: { sessionId } }) {
      if (isInternal) {
        return chain(store.read(sessionId), (found) => {
          if (!isLive(found)) throw sessionNotFound(sessionId, found?.owner, found)
          return publish(sessionId, serverNotification(readJson(request, limits)))
        })
      }
      return chain(sessions.find(sessionId, owner), () =>
        publish(sessionId, clientNotification(readJson(request, limits))),
      )
    },
    notifyAll: ({ request }) => publish('all', serverNotification(readJson(request, limits))),
  }
}

/** Returns a notification of a client, without the metadata that only servers may set. */
function clientNotification(value: unknown): NotificationEnvelope {
  const { metadata, ...notification } = withoutCallerClaims(parseNotification(value))
  assertClientType(notification.type)
  const { sessionIds: _sessionIds, ...rest } = metadata
  return { ...notification, metadata: { ...rest, source: 'mcp-client' } }
}

function serverNotification(value: unknown): NotificationEnvelope {
  const notification = parseNotification(value)
  assertServerType(notification.type)
  return notification
}
