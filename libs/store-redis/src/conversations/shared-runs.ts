import { createListeners } from '@mcp/concurrency'
import type { ReplicaSubscriber } from '@mcp/concurrency'
import type { SharedRuns } from '@mcp/conversations'
import type { Clock } from '@mcp/protocol'

import type { Connection } from '../connection.ts'
import { claimLease, releaseLease, renewLease } from '../scripts/lease-scripts.ts'

export interface RedisSharedRunsOptions {
  readonly connection: () => Connection
  /** Prefix of all keys and channels. */
  readonly prefix: string
  /** Id of this process among those that use the same Redis. */
  readonly replica: string
  readonly leaseMs: number
  readonly clock: Clock
}

export interface RedisSharedRuns extends SharedRuns {
  /** Delivers a message that was received on the channel. */
  receive(message: string): void
  /** Reports to the subscribers that messages may have been lost. */
  missed(): void
  /**
   * Subscribes to the channel, and starts to renew the claims and to test the connection. Returns the function
   * that stops the renewal and the tests.
   */
  start(): Promise<() => void>
}

/**
 * Creates the part of a store with which processes share runs: a process claims the runs of a conversation
 * before it executes one of them, and a channel sends messages to all processes. A claim ends if it is not
 * renewed within `leaseMs`.
 */
export function createRedisSharedRuns(options: RedisSharedRunsOptions): RedisSharedRuns {
  const { connection, prefix, replica, leaseMs, clock } = options
  const subscribers = createListeners<(subscriber: ReplicaSubscriber) => void>()
  const claimed = new Set<string>()
  const channel = `${prefix}runs`
  const keyOf = (id: string): string => `${prefix}{conversations}:run:${id}`

  const hold = async (id: string, script: string): Promise<boolean> =>
    (await connection().run(script, [keyOf(id)], [replica, leaseMs])) === 1

  /** Renews a claim. A claim that has expired, as in an outage, is made again unless another process has it. */
  async function renew(id: string): Promise<void> {
    if ((await hold(id, renewLease)) || !claimed.has(id)) return
    if (!(await hold(id, claimLease))) claimed.delete(id)
  }

  return {
    async claim(id) {
      if (!(await hold(id, claimLease))) return false
      claimed.add(id)
      return true
    },
    async release(id) {
      claimed.delete(id)
      await connection().run(releaseLease, [keyOf(id)], [replica])
    },
    isClaimed: async (id) => (await connection().call('EXISTS', keyOf(id))) === 1,
    channel: {
      async publish(message) {
        await connection().publish(channel, channel, message)
      },
      subscribe: (subscriber) => ({
        ready: undefined,
        stop: subscribers.add((deliver) => deliver(subscriber)),
      }),
    },
    receive: (message) => subscribers.emit(({ onMessage }) => onMessage(message)),
    missed: () => subscribers.emit(({ onMissed }) => onMissed()),
    async start() {
      await connection().subscribe(channel)
      return clock.every(leaseMs / 4, () => {
        connection().check()
        // The connection reports its failures.
        for (const id of claimed) renew(id).catch(() => {})
      })
    },
  }
}
