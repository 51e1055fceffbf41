import type { CapabilityServer } from '@mcp/protocol'

import type { RemoteOptions } from './create-remote.ts'
import { createRemote } from './create-remote.ts'
import { createNodeTransport } from './node-transport.ts'

/**
 * Creates a client of a capability server in another process. It uses undici's connection pool.
 *
 * @example
 * const tools = remoteServer({ name: 'tools', url: 'http://127.0.0.1:5003', serviceToken })
 */
export function remoteServer(options: RemoteOptions): CapabilityServer {
  return createRemote(options, createNodeTransport)
}
