import type { CapabilityServer } from '@mcp/protocol'
import type { ServerOptions } from '@mcp/server'

/** A function that creates a server from the options that all servers of the hub share. */
type CreateServer = (options: ServerOptions) => CapabilityServer

/** Servers in addition to the seven built-in servers. `npx nx g server weather` adds a line here. */
export const servers: readonly CreateServer[] = []
