import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import type { AppContext, RunningApp } from '@mcp/node'
import { dataFile, listen, logFailures, networkOptions } from '@mcp/node'
import type { Store } from '@mcp/session-manager'
import { bearerAuthentication, createSessionManager } from '@mcp/session-manager'

import type { Config } from './config.ts'

/** Starts the session manager, in front of the servers whose addresses are set. */
export async function start(config: Config, { log }: AppContext): Promise<RunningApp> {
  const { MCP_DATA_DIR, MCP_TOKENS: tokens, MCP_INTERNAL_TOKEN: serviceToken } = config
  const onError = logFailures(log)
  const servers = serverUrls(config)
  const dispatcher = createDispatcher({
    servers: servers.map(({ name, urls }) => remoteServer({ name, urls, serviceToken })),
    onError,
  })
  const file = MCP_DATA_DIR === undefined ? undefined : dataFile(MCP_DATA_DIR, 'sessions.db')
  const store = file === undefined ? undefined : await openStore(file, onError)
  const sessionManager = createSessionManager({
    dispatcher,
    store,
    serviceToken,
    authenticate: tokens && bearerAuthentication({ tokens }),
    onError,
  })
  const listening = await listen({
    ...networkOptions(config),
    service: sessionManager,
    port: config.SESSION_MANAGER_PORT,
    variable: 'SESSION_MANAGER_PORT',
    authenticated: tokens !== undefined,
    onError,
    log,
  })
  return {
    banner: [
      `Session manager  ${listening.url}`,
      `Sessions         kept in ${file ?? 'memory'}`,
      ...servers.map(({ name, urls }) => `${`${name} server`.padEnd(15)}  ${urls.join(', ')}`),
    ],
    async close(options) {
      await listening.close(options)
      await dispatcher.close()
      await store?.close()
    },
  }
}

/** The servers there are. The tools server is always one: without an address, on this machine. */
function serverUrls(config: Config): { name: string; urls: readonly string[] }[] {
  const addresses = {
    resources: config.RESOURCES_SERVER_URL,
    sampling: config.SAMPLING_SERVER_URL,
    tools: config.TOOLS_SERVER_URL ?? [`http://localhost:${config.TOOLS_SERVER_PORT}`],
    database: config.DATABASE_SERVER_URL,
    internet: config.INTERNET_SERVER_URL,
    roots: config.ROOTS_SERVER_URL,
    prompts: config.PROMPTS_SERVER_URL,
  }
  return Object.entries(addresses).flatMap(([name, urls]) =>
    urls === undefined ? [] : [{ name, urls }],
  )
}

/** Loads what it needs only where it is needed: SQLite would slow every other start. */
async function openStore(file: string, onError: (error: unknown) => void): Promise<Store> {
  const { createFileStore } = await import('@mcp/store-file')
  return createFileStore(file, { onError })
}
