import type { CapabilityServer, Health, MaybePromise, ServerDescription } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/**
 * Returns the description of the first replica that responds, because all replicas have the same
 * description.
 */
export function describeFirst(list: readonly CapabilityServer[]): MaybePromise<ServerDescription> {
  const description = list[0]?.describe()
  // A local server returns its description without a promise. The description is not awaited, so that
  // the server receives requests as soon as it is added.
  if (description !== undefined && !(description instanceof Promise)) return description
  return Promise.any([description, ...list.slice(1).map(async (server) => server.describe())]).then(
    (first) => {
      if (first === undefined) throw new McpError('unavailable', 'The server has no replica.')
      return first
    },
    (cause: unknown) => {
      throw cause instanceof AggregateError ? cause.errors[0] : cause
    },
  )
}

/** Combines the health of several replicas into the health of their server. */
export function joinHealths(healths: readonly Health[]): Health {
  const [first] = healths
  if (first !== undefined && healths.length === 1) return first
  const unhealthy = healths.find(({ state }) => state !== 'healthy')
  if (unhealthy === undefined) return { state: 'healthy' }
  const reason = unhealthy.reason ?? unhealthy.state
  if (healths.every(({ state }) => state === 'unhealthy')) return { ...unhealthy, reason }
  const healthyCount = healths.filter(({ state }) => state === 'healthy').length
  return {
    state: 'degraded',
    reason: `${healthyCount} of ${healths.length} replicas are healthy: ${reason}`,
  }
}
