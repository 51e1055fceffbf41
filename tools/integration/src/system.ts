import { builtinServers } from '@mcp/contracts'
import * as z from 'zod'

import type { RunningApp } from './running-app.ts'
import { freePort, startApp, waitUntil } from './running-app.ts'

/** The whole running system. */
export interface System {
  readonly clientUrl: string
  readonly sessionManagerUrl: string
  stop(): Promise<void>
}

/** Starts the whole system in one process, as `npm start` does. */
export async function startHub(
  environment: Readonly<Record<string, string>> = {},
): Promise<System & { readonly app: RunningApp }> {
  const [clientPort, sessionManagerPort] = [await freePort(), await freePort()]
  const clientUrl = `http://127.0.0.1:${clientPort}`
  const sessionManagerUrl = `http://127.0.0.1:${sessionManagerPort}`
  const app = await startApp({
    app: 'hub',
    environment: {
      CLIENT_PORT: String(clientPort),
      SESSION_MANAGER_PORT: String(sessionManagerPort),
      ...environment,
    },
    healthUrl: `${clientUrl}/health`,
  })
  return {
    app,
    clientUrl,
    sessionManagerUrl,
    async stop() {
      await app.stop()
    },
  }
}

/** The running system with each app in its own process. */
export interface SeparateServices extends System {
  /** The URL of each of the seven servers by name. */
  readonly serverUrls: ReadonlyMap<string, string>
  readonly sessionManager: RunningApp
  readonly toolsServer: RunningApp
  /** Restarts the tools server on the same port. */
  restartToolsServer(): Promise<void>
}

export interface ServicesOptions {
  /** Variables of every process. Default: none. */
  readonly environment?: Readonly<Record<string, string>>
  /** Names of the servers to start. Default: all seven. */
  readonly names?: readonly string[]
}

export async function startServices({
  environment: shared = {},
  names = Object.keys(builtinServers),
}: ServicesOptions = {}): Promise<SeparateServices> {
  const sessionManagerPort = await freePort()
  const clientPort = await freePort()
  const sessionManagerUrl = `http://127.0.0.1:${sessionManagerPort}`
  const clientUrl = `http://127.0.0.1:${clientPort}`
  const serverUrls = new Map<string, string>()
  for (const name of names) {
    serverUrls.set(name, `http://127.0.0.1:${await freePort()}`)
  }

  const started: RunningApp[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((app) => app.stop()))
  }
  const start = async (
    app: string,
    healthUrl: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<RunningApp> => {
    const running = await startApp({
      app,
      environment: { ...shared, ...environment },
      healthUrl: `${healthUrl}/health`,
    })
    started.push(running)
    return running
  }
  const startServer = (name: string): Promise<RunningApp> => {
    const url = new URL(serverUrls.get(name) ?? '')
    return start(`${name}-server`, url.origin, { [`${name.toUpperCase()}_SERVER_PORT`]: url.port })
  }

  try {
    // The reverse order is deliberate: no service may require that another one starts first.
    await start('client', clientUrl, {
      CLIENT_PORT: String(clientPort),
      SESSION_MANAGER_URL: sessionManagerUrl,
    })
    const addresses = Array.from(serverUrls, ([name, url]) => [
      `${name.toUpperCase()}_SERVER_URL`,
      url,
    ])
    const sessionManager = await start('session-manager', sessionManagerUrl, {
      SESSION_MANAGER_PORT: String(sessionManagerPort),
      ...Object.fromEntries(addresses),
    })
    // Waits for all servers, even if one fails, because `stop` must also stop those that still start.
    const outcomes = await Promise.allSettled(names.map(startServer))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    const tools = outcomes[names.indexOf('tools')]
    let toolsServer = tools?.status === 'fulfilled' ? tools.value : undefined
    // With tokens, `GET /servers` would need one here, so the tests themselves wait for the servers.
    if (shared['MCP_TOKENS'] === undefined) await serversAreListed(sessionManagerUrl, names)
    return {
      clientUrl,
      sessionManagerUrl,
      serverUrls,
      sessionManager,
      get toolsServer() {
        if (toolsServer === undefined) throw new Error('the tools server was not started')
        return toolsServer
      },
      async restartToolsServer() {
        toolsServer = await startServer('tools')
      },
      stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

/** Waits until the session manager lists the operations of all named servers. */
export async function serversAreListed(
  sessionManagerUrl: string,
  names: readonly string[],
): Promise<void> {
  await waitUntil('the servers are listed', async () => {
    const response = await fetch(`${sessionManagerUrl}/servers`)
    const { servers } = serversSchema.parse(await response.json())
    return names.every((name) =>
      servers.some((server) => server.name === name && server.operations.length > 0),
    )
  })
}

const serversSchema = z.object({
  servers: z.array(z.object({ name: z.string(), operations: z.array(z.unknown()) })),
})
