import { resources } from '@mcp/protocol/contracts/resources'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface ResourcesServerOptions extends ServerOptions {}

/** The resources server: files, memory and web addresses as resources. */
export function resourcesServer(options: ResourcesServerOptions = {}): LocalServer {
  return defineServer(resources, {}, options)
}
