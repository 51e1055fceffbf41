import type { ActiveConnection } from '../connection/upstream-connections.ts'
import type { KeepListeningOptions } from './keep-listening.ts'
import { keepListening } from './keep-listening.ts'

export interface ConnectionSubscriptionsOptions extends Omit<KeepListeningOptions, 'onResume'> {
  /** Called after the stream of a subscription has ended and was opened again. */
  readonly onResume: (connection: ActiveConnection, uri: string) => void
}

/** The subscriptions of connections at the server. */
export interface ConnectionSubscriptions {
  /** Subscribes once on each connection. A second subscription would deliver each update twice. */
  subscribe(connection: ActiveConnection, uri: string): Promise<void>
  unsubscribe(connection: ActiveConnection, uri: string): Promise<void>
}

type Unsubscribe = () => Promise<unknown>

export function createConnectionSubscriptions({
  clock,
  random,
  onResume,
}: ConnectionSubscriptionsOptions): ConnectionSubscriptions {
  const byConnection = new WeakMap<ActiveConnection, Map<string, Promise<Unsubscribe>>>()

  async function start(connection: ActiveConnection, uri: string): Promise<Unsubscribe> {
    const { client, era } = connection
    if (era === 'legacy') {
      await client.subscribeResource({ uri })
      return () => client.unsubscribeResource({ uri })
    }
    const filter = { resourceSubscriptions: [uri] }
    const resume = (): void => onResume(connection, uri)
    return keepListening(connection, filter, { clock, random, onResume: resume })
  }

  return {
    async subscribe(connection, uri) {
      let started = byConnection.get(connection)
      if (started === undefined) byConnection.set(connection, (started = new Map()))
      const current = started.get(uri) ?? start(connection, uri)
      started.set(uri, current)
      try {
        await current
      } catch (thrown) {
        if (started.get(uri) === current) started.delete(uri)
        throw thrown
      }
    },
    async unsubscribe(connection, uri) {
      const started = byConnection.get(connection)
      const current = started?.get(uri)
      started?.delete(uri)
      const unsubscribe = await current
      await unsubscribe?.()
    },
  }
}
