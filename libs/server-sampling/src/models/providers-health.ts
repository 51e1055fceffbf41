import type { ModelProvider } from '@mcp/llm'
import type { Health } from '@mcp/protocol'

/**
 * Returns `degraded` if a provider is unavailable. The state is never `unhealthy`, because the operations
 * on records and approvals need no provider.
 */
export async function providersHealth(providers: readonly ModelProvider[]): Promise<Health> {
  const healths = await Promise.all(providers.map(async (provider) => provider.health?.()))
  const reasons = healths.flatMap((health) =>
    health === undefined || health.state === 'healthy' ? [] : (health.reason ?? health.state),
  )
  return reasons.length === 0
    ? { state: 'healthy' }
    : { state: 'degraded', reason: reasons.join(' ') }
}
