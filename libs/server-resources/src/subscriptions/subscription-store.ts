import type { SubscriptionTarget } from './subscription-index.ts'

/** A subscription of a session. */
export interface StoredSubscription {
  readonly sessionId: string
  readonly target: SubscriptionTarget
}

/**
 * Stores the subscriptions, so that they survive the process. The functions are synchronous, so that the
 * stored subscriptions apply as soon as a restarted server is created, and no change is missed.
 */
export interface SubscriptionStore {
  /** Returns all subscriptions. Called once, when the server is created. */
  load(): readonly StoredSubscription[]
  add(subscription: StoredSubscription): void
  /** Removes a subscription. Removing an absent one has no effect. */
  remove(subscription: StoredSubscription): void
}
