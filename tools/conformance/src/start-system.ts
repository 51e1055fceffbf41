import { mountMcp } from '@mcp/bridge'
import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import type { CapabilityServer } from '@mcp/protocol'
import { createSessionManager } from '@mcp/session-manager'

import type { RunningProgram } from './start-program.ts'

/** Starts a session manager with `/mcp` and one server behind it. */
export async function startSystem(server: CapabilityServer): Promise<RunningProgram> {
  const onError = (error: unknown): void => console.error(error)
  const dispatcher = createDispatcher({ servers: [], onError })
  const service = createSessionManager({
    dispatcher,
    onError,
    mounts: [mountMcp({ dispatcher, onError })],
  })
  await dispatcher.add(server)
  const { url, close } = await listen({ service, port: 0 })
  return {
    url: `${url}/mcp`,
    async stop() {
      await close({ graceMs: 1000 })
      await dispatcher.close()
    },
  }
}
