import { chooseProvider, describeProvider } from '@mcp/client-service'
import { createHub } from '@mcp/hub'
import type { AppContext, RunningApp } from '@mcp/node'
import { listen, networkOptions } from '@mcp/node'
import { bearerAuthentication } from '@mcp/session-manager'

import type { Config } from './config.ts'

/** Starts everything in this process, on two ports: the client's and the session manager's. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const { MCP_TOKENS: tokens, MCP_INTERNAL_TOKEN: serviceToken } = config
  const onError = (error: unknown): void => log.error('Something failed.', { error })
  const llm = chooseProvider(config)
  const hub = createHub({
    llm,
    serviceToken,
    authenticate: tokens && bearerAuthentication({ tokens }),
    onError,
  })
  const network = { ...networkOptions(config), authenticated: tokens !== undefined, onError }
  const sessionManager = await listen({
    ...network,
    service: hub.services.sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
  })
  const client = await listen({
    ...network,
    service: hub.services.client,
    port: config.CLIENT_PORT,
    variable: 'CLIENT_PORT',
  })

  return {
    banner: [
      `Page and REST API  ${client.url}`,
      `Session manager    ${sessionManager.url}`,
      `Language model     ${describeProvider(llm, config.LLM_MODEL)}`,
    ],
    async close(options) {
      await client.close(options)
      await sessionManager.close(options)
      await hub.close()
    },
  }
}
