import { roots } from '@mcp/protocol/contracts/roots'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface RootsServerOptions extends ServerOptions {}

/** The roots server: files below the folders that an operator opens. */
export function rootsServer(options: RootsServerOptions = {}): LocalServer {
  return defineServer(roots, {}, options)
}
