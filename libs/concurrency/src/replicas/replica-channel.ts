import type { MaybePromise } from '@mcp/protocol'

/**
 * Port: a channel between the processes that share a backend. A message reaches all of them. The
 * messages of one process arrive in the order in which the process published them. Messages may be lost
 * while the connection to the backend is interrupted.
 */
export interface ReplicaChannel {
  /** Sends a message to every process, including this one. */
  publish(message: string): MaybePromise<void>
  subscribe(subscriber: ReplicaSubscriber): ReplicaSubscription
}

export interface ReplicaSubscriber {
  readonly onMessage: (message: string) => void
  /** Called if messages may have been lost. */
  readonly onMissed: () => void
}

export interface ReplicaSubscription {
  /**
   * Resolves when the subscription is active, so that every later message is delivered. `undefined` if the
   * subscription is active immediately.
   */
  readonly ready: MaybePromise<void>
  readonly stop: () => void
}
