import { literalPrefix } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ProviderRegistry } from '../providers/provider-registry.ts'
import type { ResourceProvider } from '../providers/resource-provider.ts'
import type { SubscriptionTarget } from './subscription-index.ts'

/**
 * Returns the providers to watch. Throws if no provider can be watched, because the subscription would
 * never cause a notification.
 */
export function watchableProviders(
  registry: ProviderRegistry,
  { type, value }: SubscriptionTarget,
): ResourceProvider[] {
  const start = type === 'uri' ? value : literalPrefix(value)
  const candidates =
    type === 'uri'
      ? [registry.resolve(value).provider]
      : registry.providers.filter(({ prefixes }) =>
          prefixes.some((prefix) => prefix.startsWith(start) || start.startsWith(prefix)),
        )
  const watchable = candidates.filter((provider) => provider.watch !== undefined)
  if (watchable.length > 0) return watchable
  const problem =
    candidates.length === 0
      ? 'no resource of this server has a matching URI'
      : `${candidates.map(({ label }) => label).join(' and ')} cannot be watched for changes`
  throw new McpError('forbidden', `Cannot subscribe to "${value.slice(0, 200)}": ${problem}.`, {
    details: { reason: 'not-watchable' },
  })
}
