import { internet } from '@mcp/protocol/contracts/internet'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

export interface InternetServerOptions extends ServerOptions {}

/** The internet server: web pages and searches, behind a guarded connector. */
export function internetServer(options: InternetServerOptions = {}): LocalServer {
  return defineServer(internet, {}, options)
}
