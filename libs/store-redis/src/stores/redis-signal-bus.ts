import { createSignalBus } from '@mcp/session-manager'
import type { Signal, SignalBus } from '@mcp/session-manager'

import type { Connection } from '../connection.ts'
import type { Keys } from '../keys.ts'

export interface RedisSignalBus extends SignalBus {
  /** Delivers a message of a channel to the subscribers of this process. */
  receive(channel: string, message: string): void
  /** Publishes `missed` to the subscribers of this process. */
  missed(): void
}

export function createRedisSignalBus(connection: () => Connection, keys: Keys): RedisSignalBus {
  const local = createSignalBus()
  /** Number of subscriptions and the subscription of each channel. */
  const channels = new Map<string, { count: number; readonly ready: Promise<void> }>()

  return {
    receive: (_channel, message) => void local.publish(parse(message)),
    missed: () => void local.publish({ type: 'missed' }),
    async publish(signal) {
      const isOwn = signal.type === 'appended' && signal.sessionId !== undefined
      const channel = isOwn ? keys.channelOf(signal.sessionId) : keys.channel
      // The scripts of a session publish at the same node, so all its signals arrive in order.
      const isOfSession = 'sessionId' in signal && signal.sessionId !== undefined
      const place = isOfSession ? keys.sessionKeys(signal.sessionId) : keys.broadcasts
      await connection().publish(place.session, channel, JSON.stringify(signal))
    },
    subscribe(sessionId, listener) {
      const channel = sessionId === undefined ? keys.channel : keys.channelOf(sessionId)
      const subscription = local.subscribe(sessionId, listener)
      const open = channels.get(channel) ?? { count: 0, ready: connection().subscribe(channel) }
      // Prevents an unhandled rejection if the caller does not wait for `ready`.
      open.ready.catch(() => {})
      open.count++
      channels.set(channel, open)
      let isStopped = false
      return {
        ready: open.ready,
        stop() {
          if (isStopped) return
          isStopped = true
          subscription.stop()
          if (--open.count > 0) return
          channels.delete(channel)
          connection().unsubscribe(channel)
        },
      }
    },
  }
}

/**
 * Parses a message. It is a signal, or the position of an event followed by its `appended` signal.
 *
 * @throws Error if another program has published something else.
 */
function parse(message: string): Signal {
  const start = message.indexOf('{')
  if (start === -1) throw new Error('The message is not an object.')
  const signal: Signal = JSON.parse(message.slice(start))
  if (start === 0 || signal.type !== 'appended') return signal
  const position = message.slice(0, start - 1)
  const cursor = signal.sessionId === undefined ? `.${position}` : `${position}.`
  return { ...signal, event: { ...signal.event, cursor } }
}
