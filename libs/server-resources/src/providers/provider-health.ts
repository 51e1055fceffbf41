import type { Health } from '@mcp/protocol'

import type { ResourceProvider } from './resource-provider.ts'

/** Returns `degraded` if some providers are not healthy, and `unhealthy` if no provider is healthy. */
export async function providersHealth(providers: readonly ResourceProvider[]): Promise<Health> {
  const checks = await Promise.all(providers.map(async (provider) => provider.health?.()))
  const reasons = checks.flatMap((health) =>
    health === undefined || health.state === 'healthy' ? [] : [health.reason ?? 'no reason given'],
  )
  if (reasons.length === 0) return { state: 'healthy' }
  return {
    state: reasons.length < providers.length ? 'degraded' : 'unhealthy',
    reason: reasons.join(' '),
  }
}
