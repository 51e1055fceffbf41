import type { CapabilityServer, Health, MaybePromise, ServerDescription } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** What the first of the replicas to answer says of all of them. */
export function describeFirst(list: readonly CapabilityServer[]): MaybePromise<ServerDescription> {
  const described = list[0]?.describe()
  // Not awaited where it is at hand: a local server takes part from the moment it is added.
  if (described !== undefined && !(described instanceof Promise)) return described
  return Promise.any([described, ...list.slice(1).map(async (server) => server.describe())]).then(
    (description) => {
      if (description === undefined) throw new McpError('unavailable', 'No replica is there.')
      return description
    },
    (cause: unknown) => {
      throw cause instanceof AggregateError ? cause.errors[0] : cause
    },
  )
}

/** How several replicas are, taken as one server. */
export function joinHealths(healths: readonly Health[]): Health {
  const ill = healths.find(({ state }) => state !== 'healthy')
  if (ill === undefined) return { state: 'healthy' }
  if (healths.length === 1) return ill
  const reason = ill.reason ?? ill.state
  if (healths.every(({ state }) => state === 'unhealthy')) return { state: 'unhealthy', reason }
  const well = healths.filter(({ state }) => state === 'healthy').length
  const counted = `${well} of ${healths.length} replicas are healthy: ${reason}`
  return { state: 'degraded', reason: counted }
}
