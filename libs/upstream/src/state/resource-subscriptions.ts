import type { ActiveConnection, UpstreamConnections } from '../connection/upstream-connections.ts'
import { isSingleUse } from './connection-key.ts'
import type { Subscription } from './subscriptions.ts'
import { createSubscriptions } from './subscriptions.ts'

/** Records the subscriptions of sessions to resources, so that `restore` can repeat them. */
export function createResourceSubscriptions(connections: () => UpstreamConnections) {
  const subscriptions = createSubscriptions()

  async function subscribeTo({ client, era }: ActiveConnection, uri: string): Promise<void> {
    if (era === 'legacy') await client.subscribeResource({ uri })
    else await client.listen({ resourceSubscriptions: [uri] })
  }

  async function end({ key, uri }: Subscription, signal: AbortSignal): Promise<void> {
    // The connection was opened for the subscription, which ends with it.
    if (isSingleUse(key)) return connections().retire(key)
    await connections().use(key, signal, async ({ client, era }) => {
      // A modern subscription ends with its connection. Its notifications are dropped until then.
      if (era === 'legacy') await client.unsubscribeResource({ uri })
    })
  }

  return {
    async subscribe(key: string, uri: string, sessionId: string, signal: AbortSignal) {
      if (!subscriptions.add(key, uri, sessionId)) return
      try {
        await connections().use(key, signal, (connection) => subscribeTo(connection, uri))
      } catch (thrown) {
        subscriptions.delete(key, uri, sessionId)
        if (isSingleUse(key)) connections().retire(key)
        throw thrown
      }
    },
    /**
     * Ends the subscriptions of a session to a URI, on each connection. The key of the caller may have changed
     * since the subscription, for example because the server has sent a request.
     */
    async unsubscribe(uri: string, sessionId: string, signal: AbortSignal) {
      const ended = subscriptions.deleteUri(uri, sessionId)
      await Promise.all(ended.map((each) => end(each, signal)))
    },
    /** Ends all subscriptions of a session. */
    async unsubscribeAll(sessionId: string, signal: AbortSignal) {
      const ended = subscriptions.deleteSession(sessionId)
      await Promise.all(ended.map((each) => end(each, signal)))
    },
    /** Removes the subscriptions of a closed session, without a request to the server. */
    forget(sessionId: string) {
      for (const { key } of subscriptions.deleteSession(sessionId)) {
        if (isSingleUse(key)) connections().retire(key)
      }
    },
    /** Subscribes again on a new connection. */
    async restore(connection: ActiveConnection) {
      const uris = subscriptions.uris(connection.key)
      await Promise.all(uris.map((uri) => subscribeTo(connection, uri)))
    },
    sessionsOf: ({ key }: ActiveConnection, uri: string) => subscriptions.sessions(key, uri),
  }
}
