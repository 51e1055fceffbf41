import type { ActiveConnection, UpstreamConnections } from '../connection/upstream-connections.ts'
import { createSubscriptions } from './subscriptions.ts'

interface Subscribed {
  readonly key: string
  readonly uri: string
}

/** Records the subscriptions of sessions to resources, so that `restore` can repeat them. */
export function createResourceSubscriptions(connections: () => UpstreamConnections) {
  const subscriptions = createSubscriptions()

  async function subscribeTo({ client, era }: ActiveConnection, uri: string): Promise<void> {
    if (era === 'legacy') await client.subscribeResource({ uri })
    else await client.listen({ resourceSubscriptions: [uri] })
  }

  async function end({ key, uri }: Subscribed, signal: AbortSignal): Promise<void> {
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
        throw thrown
      }
    },
    async unsubscribe(key: string, uri: string, sessionId: string, signal: AbortSignal) {
      if (subscriptions.delete(key, uri, sessionId)) await end({ key, uri }, signal)
    },
    /** Ends all subscriptions of a session. */
    async unsubscribeAll(sessionId: string, signal: AbortSignal) {
      const ended = subscriptions.deleteSession(sessionId)
      await Promise.all(ended.map((each) => end(each, signal)))
    },
    forget: (sessionId: string) => void subscriptions.deleteSession(sessionId),
    /** Subscribes again on a new connection. */
    async restore(connection: ActiveConnection) {
      const uris = subscriptions.uris(connection.key)
      await Promise.all(uris.map((uri) => subscribeTo(connection, uri)))
    },
    sessionsOf: ({ key }: ActiveConnection, uri: string) => subscriptions.sessions(key, uri),
  }
}
