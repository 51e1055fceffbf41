import { isRecord } from '@mcp/protocol'
import type { DiscoverResult, PriorDiscovery } from '@modelcontextprotocol/client'

import type { Catalogue } from '../catalogue/catalogue.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'

/** A server can be upgraded without an outage that the hub notices. */
const maxAgeMs = 24 * 3_600_000

/** Whether a server has to be asked for its era, because it was not asked for a day. */
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
  // Another version of the program may have only the older era, and would run a call without `initialize`
  // in a way that this client does not understand. A modern process responds to the probe at once.
  if (transport === 'stdio') return undefined
  const { discover } = catalogue
  return isDiscoverResult(discover) ? { kind: 'modern', discover } : undefined
}

function isDiscoverResult(value: unknown): value is DiscoverResult {
  return (
    isRecord(value) && Array.isArray(value['supportedVersions']) && isRecord(value['capabilities'])
  )
}
