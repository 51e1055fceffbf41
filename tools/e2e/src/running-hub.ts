import { createHub } from '@mcp/hub'
import type { Hub, HubOptions } from '@mcp/hub'
import { listen } from '@mcp/node'
import type { Listening } from '@mcp/node'

export interface RunningHub {
  readonly hub: Hub
  /** Address of the page. */
  readonly url: string
  readonly sessionManagerUrl: string
  close(): Promise<void>
}

/** Starts a hub in this process, with the page at a port of its own. */
export async function startHub(options: HubOptions = {}, port = 0): Promise<RunningHub> {
  const hub = createHub(options)
  const client: Listening = await listen({ service: hub.services.client, port })
  const sessionManager = await listen({ service: hub.services.sessionManager, port: 0 })
  return {
    hub,
    url: client.url,
    sessionManagerUrl: sessionManager.url,
    async close() {
      await client.close({ graceMs: 100 })
      await sessionManager.close({ graceMs: 100 })
      await hub.close()
    },
  }
}
