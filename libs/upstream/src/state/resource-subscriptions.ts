import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ActiveConnection, UpstreamConnections } from '../connection/upstream-connections.ts'
import type { CallerKeys } from './connection-key.ts'
import { isSingleUse } from './connection-key.ts'
import { createConnectionSubscriptions } from './connection-subscriptions.ts'
import { createReconnections } from './reconnections.ts'
import type { Subscription } from './subscriptions.ts'
import { createSubscriptions } from './subscriptions.ts'

export interface ResourceSubscriptionsOptions {
  readonly connections: () => Pick<UpstreamConnections, 'use' | 'reopen' | 'retire'>
  /** Returns the key of the connection of a caller. */
  readonly keyOf: (caller: CallerKeys) => string
  /** Maximum number of connections of the server. Those of subscriptions leave one for calls. */
  readonly maxConnections: number
  readonly clock: Clock
  readonly random: (() => number) | undefined
  /** Receives the updates of the server, and those that it may have sent while a connection was closed. */
  readonly onUpdate: (uri: string, sessionIds: readonly string[]) => void
  readonly onError: (error: unknown) => void
}

/**
 * Records the subscriptions of sessions to resources. A connection that closes is opened again, and subscribed
 * again. Its subscribers then receive an update of each resource, because the server may have sent one
 * meanwhile.
 */
export function createResourceSubscriptions(options: ResourceSubscriptionsOptions) {
  const { connections, keyOf, maxConnections, clock, random, onUpdate, onError } = options
  const subscriptions = createSubscriptions()
  const isNeeded = (key: string): boolean => subscriptions.has(key)
  const atServer = createConnectionSubscriptions({ clock, random, onResume: updated })
  const reconnections = createReconnections({
    isNeeded,
    reopen: (key) => connections().reopen(key),
    clock,
    random,
  })

  function updated({ key }: ActiveConnection, uri: string): void {
    const sessionIds = subscriptions.sessions(key, uri)
    if (sessionIds.length > 0) onUpdate(uri, sessionIds)
  }

  async function end({ key, uri }: Subscription, signal: AbortSignal): Promise<void> {
    reconnections.forget(key)
    // The connection was opened for the subscription, which ends with it.
    if (isSingleUse(key)) return connections().retire(key)
    if (!reconnections.isOpen(key)) return
    await connections().use(key, signal, (connection) => atServer.unsubscribe(connection, uri))
  }

  async function endAll(ended: readonly Subscription[], signal: AbortSignal): Promise<void> {
    await Promise.all(ended.map((each) => end(each, signal)))
  }

  return {
    /** Subscribes the session of a caller. Without a session, nothing can receive the updates. */
    subscribe: async (caller: CallerKeys, uri: string) => {
      const { sessionId, signal } = caller
      if (sessionId === undefined) return
      const key = keyOf(caller)
      requireRoom(subscriptions.keys().filter((each) => each !== key).length, maxConnections)
      const wasSubscribed = subscriptions.sessions(key, uri).includes(sessionId)
      subscriptions.add(key, uri, sessionId)
      try {
        await connections().use(key, signal, (connection) => atServer.subscribe(connection, uri))
      } catch (thrown) {
        if (!wasSubscribed) subscriptions.delete(key, uri, sessionId)
        reconnections.forget(key)
        if (isSingleUse(key)) connections().retire(key)
        throw thrown
      }
      // The key of a caller may have changed since an earlier subscription of its session. With both, the
      // session would receive each update twice.
      await endAll(subscriptions.deleteUri(uri, sessionId, key), signal).catch(onError)
    },
    /**
     * Ends the subscriptions of a session to a URI, on each connection. The key of the caller may have changed
     * since the subscription, for example because the server has sent a request. Without a URI, ends all
     * subscriptions of the session.
     */
    unsubscribe: async ({ sessionId, signal }: CallerKeys, uri: string | undefined) => {
      if (sessionId === undefined) return
      const ended =
        uri === undefined
          ? subscriptions.deleteSession(sessionId)
          : subscriptions.deleteUri(uri, sessionId)
      await endAll(ended, signal)
    },
    /** Removes the subscriptions of a closed session, without a request to the server. */
    forget(sessionId: string) {
      for (const { key } of subscriptions.deleteSession(sessionId)) {
        reconnections.forget(key)
        if (isSingleUse(key)) connections().retire(key)
      }
    },
    /** Whether the connection of a key has subscriptions, so that it stays open without calls. */
    isNeeded,
    /** Receives an update of the server. */
    updated,
    /** Subscribes again on a new connection. */
    async opened(connection: ActiveConnection) {
      const wasClosed = reconnections.opened(connection)
      const restore = async (uri: string): Promise<void> => {
        await atServer.subscribe(connection, uri).catch((error: unknown) => {
          if (connection.isOpen()) onError(error)
        })
        // If the subscription failed, a client that reads the resource again receives the reason.
        if (wasClosed && connection.isOpen()) updated(connection, uri)
      }
      await Promise.all(subscriptions.uris(connection.key).map(restore))
    },
    /** Opens the connection again if it has subscriptions. */
    closed: (connection: ActiveConnection) => reconnections.closed(connection),
    close: () => reconnections.close(),
  }
}

/** Refuses a subscription that would leave no connection for calls of other callers. */
function requireRoom(others: number, maxConnections: number): void {
  if (others < Math.max(1, maxConnections - 1)) return
  throw new McpError(
    'unavailable',
    `The subscriptions use ${others} of the ${maxConnections} connections of this server. Unsubscribe from a resource, or increase "maxConnections" of the server.`,
    { retryable: false },
  )
}
