import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RunningApp } from '../running-app.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'

/** The hub as `npm start` starts it, which can be killed and started again on its data. */
export interface McpHub {
  /** The URL of the session manager. */
  readonly url: string
  readonly app: RunningApp
  /** Sends SIGKILL and starts the hub again, on the same port and data folder. */
  killAndRestart(): Promise<void>
  /** Resolves when the hub responds again. */
  isBack(): Promise<void>
  stop(): Promise<void>
}

export async function startMcpHub(
  environment: Readonly<Record<string, string>> = {},
): Promise<McpHub> {
  const [clientPort, port] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'mcp-hub-'))
  const start = () =>
    startApp({
      app: 'hub',
      environment: {
        CLIENT_PORT: String(clientPort),
        SESSION_MANAGER_PORT: String(port),
        MCP_DATA_DIR: folder,
        ...environment,
      },
      healthUrl: `${url}/health`,
    })
  let app = await start()

  return {
    url,
    get app() {
      return app
    },
    async killAndRestart() {
      await app.stop('SIGKILL')
      app = await start()
    },
    isBack: () =>
      waitUntil('the hub responds', async () => {
        const response = await fetch(`${url}/health`).catch(() => undefined)
        await response?.body?.cancel()
        return response?.ok === true
      }),
    async stop() {
      await app.stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
