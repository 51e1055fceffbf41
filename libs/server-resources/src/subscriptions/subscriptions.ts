import { McpError } from '@mcp/protocol'
import type { SessionOfRequest, SessionStateLifetime } from '@mcp/server'
import { createSessionState } from '@mcp/server'

import type { ResourceProvider } from '../providers/resource-provider.ts'
import type { SharedWatches } from './shared-watches.ts'
import type { SubscriptionIndex, SubscriptionTarget } from './subscription-index.ts'
import type { StoredSubscription, SubscriptionStore } from './subscription-store.ts'

const maxSubscriptions = 1000
const maxPatterns = 50

/** The subscriptions of each session. */
export interface Subscriptions extends SessionStateLifetime {
  /**
   * Adds a subscription that the store contains. It applies at once, while the watches still start.
   *
   * @throws McpError `invalid-params` for an invalid pattern.
   */
  restore(subscription: StoredSubscription, providers: readonly ResourceProvider[]): void
  /**
   * Adds a subscription and returns the number of subscriptions of the session. Resolves when the watches
   * have started, so that no later change is missed.
   *
   * @throws McpError `invalid-request` outside a session; `forbidden`, reason `subscription-limit`.
   */
  add(
    target: SubscriptionTarget,
    providers: readonly ResourceProvider[],
    context: SessionOfRequest,
  ): Promise<number>
  /**
   * Removes one subscription of a session, or all of them if `target` is undefined. Returns the number of
   * removed subscriptions and the number of remaining ones.
   */
  remove(
    target: SubscriptionTarget | undefined,
    context: SessionOfRequest,
  ): Promise<{ ended: number; subscriptions: number }>
}

interface Subscription {
  readonly target: SubscriptionTarget
  /** Resolves, when the watches have started, with the function that releases them. */
  readonly release: Promise<() => Promise<void>>
}

type SessionSubscriptions = Map<string, Subscription>

export interface SubscriptionsOptions {
  readonly index: SubscriptionIndex
  readonly watches: SharedWatches
  /** Default: the subscriptions do not survive the process. */
  readonly store?: Pick<SubscriptionStore, 'add' | 'remove'> | undefined
  readonly onError: (thrown: unknown) => void
}

/** Creates subscriptions that last until they are removed or their session closes. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { index, watches, store, onError } = options
  let isClosing = false
  const sessions = createSessionState<SessionSubscriptions>({
    create: () => new Map(),
    async release(own, sessionId) {
      await Promise.all(Array.from(own.keys(), (key) => remove(own, key, sessionId)))
    },
  })

  async function remove(
    own: SessionSubscriptions,
    key: string,
    sessionId: string,
  ): Promise<boolean> {
    const subscription = own.get(key)
    if (subscription === undefined) return false
    own.delete(key)
    const { target } = subscription
    index.remove(target, sessionId)
    // While the server closes, the stored subscriptions are kept, because their sessions continue after a
    // restart.
    if (!isClosing) store?.remove({ sessionId, target })
    const release = await subscription.release.catch(() => undefined)
    await release?.()
    return true
  }

  return {
    restore({ sessionId, target }, providers) {
      const own = sessions.of({ sessionId, signal: new AbortController().signal })
      index.add(target, sessionId)
      const release = watches.acquire(providers)
      release.catch(onError)
      own.set(keyOf(target), { target, release })
    },
    async add(target, providers, context) {
      const own = sessions.of(context)
      const { sessionId = '' } = context
      const key = keyOf(target)
      const existing = own.get(key)
      if (existing === undefined) {
        checkLimit(own, target)
        // The subscription is indexed before the watches start, so that no change after their start is
        // missed.
        index.add(target, sessionId)
      }
      const subscription = existing ?? { target, release: watches.acquire(providers) }
      own.set(key, subscription)
      try {
        await subscription.release
        // If the subscription was removed meanwhile, a stored one would return after a restart.
        if (own.get(key) === subscription) store?.add({ sessionId, target })
      } catch (thrown) {
        if (own.get(key) === subscription) await remove(own, key, sessionId)
        throw thrown
      }
      return own.size
    },
    async remove(target, context) {
      const own = sessions.of(context)
      const { sessionId = '' } = context
      const keys = target === undefined ? [...own.keys()] : [keyOf(target)]
      const removed = await Promise.all(keys.map((key) => remove(own, key, sessionId)))
      return { ended: removed.filter(Boolean).length, subscriptions: own.size }
    },
    sessionClosed: (sessionId) => sessions.sessionClosed(sessionId),
    close() {
      isClosing = true
      return sessions.close()
    },
  }
}

const keyOf = ({ type, value }: SubscriptionTarget): string => `${type} ${value}`

function checkLimit(own: SessionSubscriptions, { type }: SubscriptionTarget): void {
  const patterns = [...own.values()].filter(({ target }) => target.type === 'pattern').length
  if (own.size < maxSubscriptions && (type === 'uri' || patterns < maxPatterns)) return
  throw new McpError(
    'forbidden',
    `A session can have at most ${maxSubscriptions} subscriptions, and at most ${maxPatterns} of them by pattern. Unsubscribe from some first.`,
    { details: { reason: 'subscription-limit', maxSubscriptions, maxPatterns } },
  )
}
