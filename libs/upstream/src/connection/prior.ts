import { isRecord } from '@mcp/protocol'
import type { DiscoverResult, PriorDiscovery } from '@modelcontextprotocol/client'

import type { Catalogue } from '../catalogue/catalogue.ts'

/** Returns the era that a server had when it was listed, so that a connection needs no probe. */
export function priorOf(catalogue: Catalogue | undefined): PriorDiscovery | undefined {
  if (catalogue === undefined) return undefined
  if (catalogue.era === 'legacy') return { kind: 'legacy' }
  const { discover } = catalogue
  return isDiscoverResult(discover) ? { kind: 'modern', discover } : undefined
}

function isDiscoverResult(value: unknown): value is DiscoverResult {
  return (
    isRecord(value) && Array.isArray(value['supportedVersions']) && isRecord(value['capabilities'])
  )
}
