import { createDispatcher } from '@mcp/dispatcher'
import { listen } from '@mcp/node'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

/** A session manager. The program beside it loads it twice, with and without spans. */
const dispatcher = createDispatcher({ servers: [toolsServer()] })
const service = createSessionManager({ dispatcher })
export const { port } = await listen({ service, port: 0 })
