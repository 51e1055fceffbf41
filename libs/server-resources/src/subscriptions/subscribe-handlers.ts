import { McpError } from '@mcp/protocol'
import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'
import { invalidParam } from '@mcp/server'

import { literalStart } from './glob.ts'
import type { ProviderRegistry } from '../providers/provider-registry.ts'
import type { ResourceProvider } from '../providers/resource-provider.ts'
import type { Interest } from './subscription-index.ts'
import type { Subscriptions } from './subscriptions.ts'

type SubscribeHandlers = Pick<Handlers<typeof resources>, 'subscribe' | 'unsubscribe'>

interface Target {
  readonly resource?: string | undefined
  readonly pattern?: string | undefined
}

/** Hearing of changes, and hearing of them no longer. */
export function createSubscribeHandlers(
  registry: ProviderRegistry,
  subscriptions: Subscriptions,
): SubscribeHandlers {
  function interestOf({ resource, pattern }: Target): Interest | undefined {
    if (resource !== undefined && pattern !== undefined) {
      throw invalidParam('pattern', 'resource and pattern were both given; give one of them')
    }
    if (pattern !== undefined) return { type: 'pattern', value: spellAsUri(pattern) }
    return resource === undefined
      ? undefined
      : { type: 'uri', value: registry.resolve(resource).uri }
  }

  /** Who can tell of what is wanted. Nobody: an error, since the subscription would stay silent. */
  function providersOf({ type, value }: Interest): ResourceProvider[] {
    const start = type === 'uri' ? value : literalStart(value)
    const concerned =
      type === 'uri'
        ? [registry.resolve(value).provider]
        : registry.providers.filter(({ prefixes }) =>
            prefixes.some((prefix) => prefix.startsWith(start) || start.startsWith(prefix)),
          )
    const watchable = concerned.filter((provider) => provider.watch !== undefined)
    if (watchable.length > 0) return watchable
    const why =
      concerned.length === 0
        ? 'no resource here has such a URI'
        : `${concerned.map(({ label }) => label).join(' and ')} cannot tell of changes`
    throw new McpError('forbidden', `Nobody can subscribe to "${value.slice(0, 200)}": ${why}.`, {
      details: { reason: 'not-watchable' },
    })
  }

  return {
    async subscribe(params, context) {
      const interest = interestOf(params)
      if (interest === undefined) {
        throw invalidParam('resource', 'neither resource nor pattern was given; give one of them')
      }
      const count = await subscriptions.add(interest, providersOf(interest), context)
      return { subscribed: interest.value, subscriptions: count }
    },
    unsubscribe: (params, context) => subscriptions.end(interestOf(params), context),
  }
}

/** As URIs are spelled: a blank or an umlaut that is not encoded would fit none. */
function spellAsUri(pattern: string): string {
  return pattern
    .toWellFormed()
    .replace(/^[a-z][a-z0-9+.-]*:/i, (scheme) => scheme.toLowerCase())
    .replaceAll(/[^!-~]/gu, encodeURIComponent)
}
