import { McpError } from '@mcp/protocol'
import type { SessionOfRequest, SessionStateLifetime } from '@mcp/server'
import { createSessionState } from '@mcp/server'

import type { ResourceProvider } from '../providers/resource-provider.ts'
import type { Interest, SubscriptionIndex } from './subscription-index.ts'
import type { Watchers } from './shared-watches.ts'

const maxSubscriptions = 1000
const maxPatterns = 50

/** What the sessions have subscribed to. */
export interface Subscriptions extends SessionStateLifetime {
  /**
   * Adds a subscription, and answers once no change can be missed. Gives how many the session has.
   *
   * @throws McpError `invalid-request` outside a session; `forbidden`, reason `subscription-limit`.
   */
  add(
    interest: Interest,
    providers: readonly ResourceProvider[],
    context: SessionOfRequest,
  ): Promise<number>
  /** Ends one subscription of a session, or all; gives how many ended and how many are left. */
  end(
    interest: Interest | undefined,
    context: SessionOfRequest,
  ): Promise<{ ended: number; subscriptions: number }>
}

interface Subscription {
  readonly interest: Interest
  /** Lets the watches go; known once they are there. */
  readonly release: Promise<() => Promise<void>>
}

type SessionSubscriptions = Map<string, Subscription>

/** Keeps each session's subscriptions until it ends them or closes. */
export function createSubscriptions(index: SubscriptionIndex, watchers: Watchers): Subscriptions {
  const sessions = createSessionState<SessionSubscriptions>({
    create: () => new Map(),
    async release(held, sessionId) {
      await Promise.all(Array.from(held.keys(), (key) => end(held, key, sessionId)))
    },
  })

  async function end(held: SessionSubscriptions, key: string, sessionId: string): Promise<boolean> {
    const subscription = held.get(key)
    if (subscription === undefined) return false
    held.delete(key)
    index.remove(subscription.interest, sessionId)
    const release = await subscription.release.catch(() => undefined)
    await release?.()
    return true
  }

  return {
    async add(interest, providers, context) {
      const held = sessions.of(context)
      const { sessionId = '' } = context
      const key = keyOf(interest)
      const existing = held.get(key)
      if (existing === undefined) checkRoom(held, interest)
      // In the index before the watch has started: a change in between is told rather than lost.
      if (existing === undefined) index.add(interest, sessionId)
      const subscription = existing ?? { interest, release: watchers.hold(providers) }
      held.set(key, subscription)
      try {
        await subscription.release
      } catch (thrown) {
        if (held.get(key) === subscription) await end(held, key, sessionId)
        throw thrown
      }
      return held.size
    },
    async end(interest, context) {
      const held = sessions.of(context)
      const { sessionId = '' } = context
      const keys = interest === undefined ? [...held.keys()] : [keyOf(interest)]
      const outcomes = await Promise.all(keys.map((key) => end(held, key, sessionId)))
      return { ended: outcomes.filter(Boolean).length, subscriptions: held.size }
    },
    sessionClosed: (sessionId) => sessions.sessionClosed(sessionId),
    close: () => sessions.close(),
  }
}

const keyOf = ({ type, value }: Interest): string => `${type} ${value}`

function checkRoom(held: SessionSubscriptions, { type }: Interest): void {
  const patterns = [...held.values()].filter(({ interest }) => interest.type === 'pattern').length
  if (held.size < maxSubscriptions && (type === 'uri' || patterns < maxPatterns)) return
  throw new McpError(
    'forbidden',
    `A session may have ${maxSubscriptions} subscriptions, ${maxPatterns} of them by pattern; unsubscribe from some first.`,
    { details: { reason: 'subscription-limit', maxSubscriptions, maxPatterns } },
  )
}
