import type { CapabilityServer, Clock } from '@mcp/protocol'

import type { BreakerOptions, CircuitBreaker } from './circuit-breaker.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { rendezvousOrder } from './rendezvous.ts'

/** A server with several replicas. The dispatcher chooses a replica for each request. */
export interface ReplicatedServer extends CapabilityServer {
  readonly replicas: readonly CapabilityServer[]
}

/** One replica of a server. All replicas of a server are interchangeable. */
export interface Replica {
  /**
   * URL of the replica or, if it has none, its index. A URL does not change if other replicas are added
   * or removed, so sessions stay on their replicas.
   */
  readonly key: string
  readonly server: CapabilityServer
  readonly breaker: CircuitBreaker
}

/** The replicas of one server. */
export interface ReplicaSet {
  readonly replicas: readonly Replica[]
  /**
   * Returns the replicas in the order in which a request tries them. The order depends only on the
   * session, so that a session stays on its replica. For requests without a session, each replica in
   * turn is the first.
   */
  order(sessionId: string | undefined): readonly Replica[]
}

/** Creates the set of the given replicas, each with a circuit breaker. */
export function createReplicaSet(
  servers: readonly CapabilityServer[],
  clock: Clock,
  breaker?: BreakerOptions,
  onBreakerChange?: (replica: string, isClosed: boolean) => void,
): ReplicaSet {
  const replicas = servers.map((server, index) => {
    const key = 'url' in server && typeof server.url === 'string' ? server.url : String(index)
    const onChange = (isClosed: boolean): void => onBreakerChange?.(key, isClosed)
    return { key, server, breaker: createCircuitBreaker(clock, breaker, onChange) }
  })
  let rotation = 0

  return {
    replicas,
    order(sessionId) {
      if (replicas.length === 1) return replicas
      if (sessionId !== undefined) return rendezvousOrder(sessionId, replicas)
      const start = rotation++ % replicas.length
      return [...replicas.slice(start), ...replicas.slice(0, start)]
    },
  }
}

/** Returns the replicas of a server, of several servers, or of a replicated server. */
export function replicasOf(
  servers: CapabilityServer | readonly CapabilityServer[],
): readonly CapabilityServer[] {
  const list = 'process' in servers ? [servers] : servers
  return list.flatMap((server) => (isReplicated(server) ? server.replicas : [server]))
}

function isReplicated(server: CapabilityServer): server is ReplicatedServer {
  return 'replicas' in server && Array.isArray(server.replicas)
}
