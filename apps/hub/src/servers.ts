import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'

/** Creates a server from the options that all servers of the hub share. */
type CreateServer = (options: ServerOptions) => CapabilityServer

/** Servers in addition to the built-in seven. `npx nx g server weather` adds a line here. */
export const servers: readonly CreateServer[] = []
