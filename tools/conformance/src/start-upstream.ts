import { resolve } from 'node:path'

import type { CapabilityServer } from '@mcp/protocol'
import type { HttpEntry, StdioEntry, UpstreamLogin, UpstreamOptions } from '@mcp/upstream'
import { createRemoteTransport, createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import { createStdioTransport } from '@mcp/upstream/node'

import type { RunningProgram } from './start-program.ts'
import { startProgram } from './start-program.ts'
import { startSystem } from './start-system.ts'

const fixtures = resolve(import.meta.dirname, '../../interop/src/sdk-server')

// The suite requests tools, prompts and resources by their names at the server.
export const hub = upstreamOptionsSchema.parse({ prefix: false })

/** Returns an entry for a standard MCP server at a URL. */
export function remoteEntry(url: string, options: UpstreamOptions = hub): HttpEntry {
  return { name: 'fixture', transport: 'http', url, headers: {}, hub: options }
}

/** Creates the server for an entry. */
export function remoteUpstream(entry: HttpEntry, login?: UpstreamLogin): CapabilityServer {
  return createUpstreamServer(entry, {
    createTransport: () => createRemoteTransport(entry, login),
    login,
  })
}

/** Starts `/mcp` with the fixture of the SDK behind it, over HTTP. */
export async function startWithHttpUpstream(): Promise<RunningProgram> {
  const fixture = await startProgram(resolve(fixtures, 'main.ts'))
  const system = await startSystem(remoteUpstream(remoteEntry(fixture.url)))
  return {
    url: system.url,
    async stop() {
      await system.stop()
      await fixture.stop()
    },
  }
}

/** Starts `/mcp` with the fixture of the SDK behind it, as a process over stdio. */
export function startWithStdioUpstream(): Promise<RunningProgram> {
  const entry: StdioEntry = {
    name: 'fixture',
    transport: 'stdio',
    command: process.execPath,
    args: [resolve(fixtures, 'stdio.ts')],
    env: {},
    hub,
  }
  return startSystem(
    createUpstreamServer(entry, { createTransport: () => createStdioTransport(entry) }),
  )
}
