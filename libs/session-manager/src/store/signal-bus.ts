import { createListeners } from '@mcp/concurrency'
import type { Listener, Listeners } from '@mcp/concurrency'
import type { MaybePromise } from '@mcp/protocol'

import type { StoredEvent } from './event-store.ts'
import type { Resolution } from './interaction-store.ts'
import type { EndReason } from './session-store.ts'

/** A message to every session manager that shares the stores. */
export type Signal =
  /** An event was appended to the log of a session or, without `sessionId`, to the broadcast log. */
  | {
      readonly type: 'appended'
      readonly sessionId?: string | undefined
      readonly event: StoredEvent
    }
  | { readonly type: 'ended'; readonly sessionId: string; readonly reason: EndReason }
  /** A caller cancelled a request that another replica may be running. */
  | { readonly type: 'cancel'; readonly sessionId: string; readonly requestId: string }
  | {
      readonly type: 'resolved'
      readonly sessionId: string
      readonly interactionId: string
      readonly resolution: Resolution
    }
  /** A request was settled for which another replica waits: its response was recorded or its id was freed. */
  | { readonly type: 'settled'; readonly sessionId: string; readonly requestId: string }
  /** A message to the subscribers of a channel. See `SessionMethods.replicaChannel`. */
  | { readonly type: 'message'; readonly channel: string; readonly message: string }
  /**
   * Signals may have been lost, for example because the connection was interrupted. Published by the bus
   * of one process to its own subscribers.
   */
  | { readonly type: 'missed' }

/** A subscription to the signals. */
export interface Subscription {
  /**
   * Resolves when the subscription is active, so that every later signal is delivered. `undefined` if it is
   * active immediately.
   */
  readonly ready: MaybePromise<void>
  readonly stop: () => void
}

/**
 * The channel between the session managers that share the stores. The signals of one session arrive in the order of
 * their publication, and so do those without a session. Signals of two sessions may arrive in any order. Contract
 * suite: `itIsASignalBus`.
 */
export interface SignalBus {
  /** Delivers a signal to the subscribers of every replica, including this one. */
  publish(signal: Signal): MaybePromise<void>
  /**
   * Subscribes to the `appended` signals of one session. Without a session id, subscribes to the
   * `appended` signals of broadcasts and to all signals of other types.
   */
  subscribe(sessionId: string | undefined, listener: Listener<Signal>): Subscription
}

/**
 * Creates a bus within this process. Stores that several processes share create one bus in each process
 * and carry the signals between the processes.
 */
export function createSignalBus(): SignalBus {
  const bySession = new Map<string | undefined, Listeners<Signal>>()

  return {
    publish(signal) {
      bySession.get(signal.type === 'appended' ? signal.sessionId : undefined)?.emit(signal)
    },
    subscribe(sessionId, listener) {
      const listeners = bySession.get(sessionId) ?? createListeners()
      bySession.set(sessionId, listeners)
      const remove = listeners.add(listener)
      return {
        ready: undefined,
        stop() {
          remove()
          if (listeners.size === 0 && bySession.get(sessionId) === listeners) {
            bySession.delete(sessionId)
          }
        },
      }
    },
  }
}
