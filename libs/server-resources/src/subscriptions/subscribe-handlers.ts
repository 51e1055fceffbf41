import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'

import type { ProviderRegistry } from '../providers/provider-registry.ts'
import type { SubscriptionTarget } from './subscription-index.ts'
import type { Subscriptions } from './subscriptions.ts'
import { watchableProviders } from './watchable-providers.ts'

type SubscribeHandlers = Pick<Handlers<typeof resources>, 'subscribe' | 'unsubscribe'>

interface TargetParams {
  readonly resource?: string | undefined
  readonly pattern?: string | undefined
}

/** Creates the handlers that add and remove subscriptions. */
export function createSubscribeHandlers(
  registry: ProviderRegistry,
  subscriptions: Subscriptions,
): SubscribeHandlers {
  function targetOf({ resource, pattern }: TargetParams): SubscriptionTarget | undefined {
    if (resource !== undefined && pattern !== undefined) {
      throw invalidParam('pattern', 'resource and pattern cannot be combined; send one of them')
    }
    if (pattern !== undefined) return { type: 'pattern', value: encodePattern(pattern) }
    return resource === undefined
      ? undefined
      : { type: 'uri', value: registry.resolve(resource).uri }
  }

  return {
    async subscribe(params, context) {
      const target = targetOf(params)
      if (target === undefined) {
        throw invalidParam('resource', 'send either resource or pattern')
      }
      const count = await subscriptions.add(target, watchableProviders(registry, target), context)
      return { subscribed: target.value, subscriptions: count }
    },
    unsubscribe: (params, context) => subscriptions.remove(targetOf(params), context),
  }
}

/** Percent-encodes a pattern, because a space or an umlaut occurs in URIs only in encoded form. */
function encodePattern(pattern: string): string {
  return pattern
    .toWellFormed()
    .replace(/^[a-z][a-z0-9+.-]*:/i, (scheme) => scheme.toLowerCase())
    .replaceAll(/[^!-~]/gu, encodeURIComponent)
}
