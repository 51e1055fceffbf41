import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'

/** Servers of your own, besides the seven. `npx nx g server weather` adds a line here. */
export function createServers(_options: ServerOptions): CapabilityServer[] {
  return []
}
