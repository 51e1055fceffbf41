import type { RunningApp } from './running-app.ts'
import { freePort, startApp, waitUntil } from './running-app.ts'

/** The whole system, as a person starts it. */
export interface System {
  readonly clientUrl: string
  readonly sessionManagerUrl: string
  stop(): Promise<void>
}

/** Everything in one process: what `npm start` starts. */
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

/** Each app in a process of its own. */
export interface SeparateServices extends System {
  readonly toolsServer: RunningApp
  /** Starts the tools server again, on the port it had. */
  restartToolsServer(): Promise<void>
}

export async function startServices(): Promise<SeparateServices> {
  const toolsPort = await freePort()
  const sessionManagerPort = await freePort()
  const clientPort = await freePort()
  const sessionManagerUrl = `http://127.0.0.1:${sessionManagerPort}`
  const clientUrl = `http://127.0.0.1:${clientPort}`
  const toolsServerUrl = `http://127.0.0.1:${toolsPort}`

  const started: RunningApp[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((app) => app.stop()))
  }
  const start = async (
    app: string,
    healthUrl: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<RunningApp> => {
    const running = await startApp({ app, environment, healthUrl: `${healthUrl}/health` })
    started.push(running)
    return running
  }
  const startTools = (): Promise<RunningApp> =>
    start('tools-server', toolsServerUrl, { TOOLS_SERVER_PORT: String(toolsPort) })

  try {
    // Backwards on purpose: no service may need another to be there first.
    await start('client', clientUrl, {
      CLIENT_PORT: String(clientPort),
      SESSION_MANAGER_URL: sessionManagerUrl,
    })
    await start('session-manager', sessionManagerUrl, {
      SESSION_MANAGER_PORT: String(sessionManagerPort),
      TOOLS_SERVER_URL: toolsServerUrl,
    })
    let toolsServer = await startTools()
    await toolsAreListed(sessionManagerUrl)
    return {
      clientUrl,
      sessionManagerUrl,
      get toolsServer() {
        return toolsServer
      },
      async restartToolsServer() {
        toolsServer = await startTools()
      },
      stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

/** Waits until the session manager has heard of the tools server, which started after it. */
async function toolsAreListed(sessionManagerUrl: string): Promise<void> {
  await waitUntil('the tools server is listed', async () => {
    const response = await fetch(`${sessionManagerUrl}/servers`)
    return (await response.text()).includes('"operation":"multiply"')
  })
}
