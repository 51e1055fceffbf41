import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'

/** Makes a server from what all servers of the hub are given. */
type CreateServer = (options: ServerOptions) => CapabilityServer

/** Servers of your own, besides the seven. `npx nx g server weather` adds a line here. */
export const servers: readonly CreateServer[] = []
