import { createReplicaCalls } from '@mcp/concurrency'

import type { Endpoint } from './endpoint.ts'
import { isModern } from './is-modern.ts'
import type { LegacyEndpointOptions } from './legacy/legacy-endpoint.ts'
import { createLegacyEndpoint } from './legacy/legacy-endpoint.ts'
import { createDirectCalls } from './modern/direct-calls.ts'
import type { ModernEndpointOptions } from './modern/modern-endpoint.ts'
import { createPrincipalSessions } from './modern/principal-sessions.ts'

export type EndpointsOptions = Omit<LegacyEndpointOptions, 'replicas'> &
  Omit<ModernEndpointOptions, 'principalSessions' | 'replicas'>

/** Creates the endpoints of both eras, and selects one for each request. */
export function createEndpoints(options: EndpointsOptions): Endpoint {
  const principalSessions = createPrincipalSessions(options.sessionManager, options.secret)
  const channel = options.sessionManager.replicaChannel('mcp')
  const replicas = channel && createReplicaCalls({ channel, clock: options.clock })
  const shared = { ...options, principalSessions, replicas }
  const legacy = createLegacyEndpoint(shared)
  const direct = createDirectCalls(shared)
  let modern: Endpoint | undefined

  // The SDK takes 30 MB and 0.3 s to load, so it is loaded at the first request that needs it.
  async function loadModern(): Promise<Endpoint> {
    const { createModernEndpoint } = await import('./modern/modern-endpoint.ts')
    // Another request may have created the endpoint during the import.
    return (modern ??= createModernEndpoint(shared))
  }

  return {
    async handle(received) {
      if (!isModern(received.request, received.body)) return legacy.handle(received)
      const responding = direct.handle(received)
      if (responding !== undefined) return responding
      return (modern ?? (await loadModern())).handle(received)
    },
    close() {
      legacy.close()
      modern?.close()
      replicas?.close()
    },
  }
}
