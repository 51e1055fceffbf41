import { isRecord } from '@mcp/protocol'
import type { DiscoverResult, PriorDiscovery } from '@modelcontextprotocol/client'

import type { Catalogue } from '../catalogue/catalogue.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/** Age at which the probe is repeated, because the hub may not notice the upgrade of a server. */
const maxAgeMs = 24 * 3_600_000

/** Whether the era has to be probed, because it was not probed for a day. */
export function isEraOld({ probedAt }: Pick<Catalogue, 'probedAt'>, now: number): boolean {
  return probedAt === undefined || now - probedAt >= maxAgeMs
}

/** Returns the known era of a server, so that a connection needs no probe. */
export function priorOf(
  catalogue: Catalogue | undefined,
  transport: UpstreamEntry['transport'],
  now: number,
): PriorDiscovery | undefined {
  if (catalogue === undefined || isEraOld(catalogue, now)) return undefined
  if (catalogue.era === 'legacy') return { kind: 'legacy' }
  // A legacy version may have replaced the program. It could run a call without `initialize`, and this client
  // would not understand its result. A modern process responds to the probe at once.
  if (transport === 'stdio') return undefined
  const { discover } = catalogue
  return isDiscoverResult(discover) ? { kind: 'modern', discover } : undefined
}

function isDiscoverResult(value: unknown): value is DiscoverResult {
  return (
    isRecord(value) && Array.isArray(value['supportedVersions']) && isRecord(value['capabilities'])
  )
}
