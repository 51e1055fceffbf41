import { createHub } from '@mcp/hub'
import { listen } from '@mcp/node'

/** A hub in this process, with the endpoint for clients of the Model Context Protocol. */
export interface Endpoint extends AsyncDisposable {
  readonly url: string
}

export async function startEndpoint(): Promise<Endpoint> {
  const hub = createHub()
  const listening = await listen({ service: hub.services.sessionManager, port: 0 })
  return {
    url: `${listening.url}/mcp`,
    async [Symbol.asyncDispose]() {
      await listening.close({ graceMs: 1000 })
      await hub.close()
    },
  }
}
