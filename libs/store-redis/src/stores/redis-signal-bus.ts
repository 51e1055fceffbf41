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

interface Channel {
  /** Number of subscriptions of this process. */
  count: number
  /** Resolves when the channel is subscribed. Undefined after a failure: the next subscription tries again. */
  ready: Promise<void> | undefined
}

export function createRedisSignalBus(connection: () => Connection, keys: Keys): RedisSignalBus {
  const local = createSignalBus()
  const channels = new Map<string, Channel>()

  function activate(channel: Channel, name: string): Promise<void> {
    const ready = connection().subscribe(name)
    // Also prevents an unhandled rejection if the caller does not wait for `ready`.
    ready.catch(() => {
      channel.ready = undefined
    })
    return ready
  }

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
      const name = sessionId === undefined ? keys.channel : keys.channelOf(sessionId)
      const subscription = local.subscribe(sessionId, listener)
      const channel = channels.get(name) ?? { count: 0, ready: undefined }
      const ready = (channel.ready ??= activate(channel, name))
      channel.count++
      channels.set(name, channel)
      let isStopped = false
      return {
        ready,
        stop() {
          if (isStopped) return
          isStopped = true
          subscription.stop()
          if (--channel.count > 0) return
          channels.delete(name)
          connection().unsubscribe(name)
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
