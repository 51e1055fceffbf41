import type { Redis } from 'ioredis'

import { createCheck, reconnect } from './commands.ts'

export interface SubscriberOptions {
  readonly onMessage: (channel: string, message: string) => void
  /** Called after an interruption, when all channels are subscribed again, and after an invalid message. */
  readonly onMissed: () => void
  /** Receives the error of an invalid message. */
  readonly onError: (error: unknown) => void
  readonly onFailure: (error: unknown) => void
}

/** The subscriptions of one connection, which are renewed when it connects again. */
export interface Subscriber {
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /** Tests the connection. Reopens it if it did not respond to two tests in a row. */
  check(): void
  close(): void
}

/** Creates the subscriptions of a client, which must be connected. */
export function createSubscriber(client: Redis, options: SubscriberOptions): Subscriber {
  const { onMessage, onMissed, onError, onFailure } = options
  const channels = new Set<string>()
  const check = createCheck()
  client.on('error', onFailure)
  client.on('message', (channel, message) => {
    // An error in this listener would end the process. Another program can publish anything to the channel.
    try {
      onMessage(channel, message)
    } catch (cause) {
      onError(new Error(`A message on the channel "${channel}" is not valid.`, { cause }))
      onMissed()
    }
  })
  client.on('ready', () => {
    if (channels.size === 0) return
    // The replies arrive in order, so all channels are subscribed after the last one.
    client.subscribe(...channels).then(onMissed, (error: unknown) => {
      onFailure(error)
      reconnect(client)
    })
  })

  return {
    async subscribe(channel) {
      channels.add(channel)
      await client.subscribe(channel)
    },
    unsubscribe(channel) {
      channels.delete(channel)
      // If the connection is lost, this fails. The next connection does not subscribe to the channel again.
      client.unsubscribe(channel).catch(() => {})
    },
    check: () => check(client),
    close: () => client.disconnect(),
  }
}
