import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')
const maxStartMs = 60_000

/** The hub as `npm start` starts it, which can be killed and started again on its data. */
export interface KillableHub extends AsyncDisposable {
  readonly url: string
  /** Sends SIGKILL, starts the hub again on the same port and data folder, and waits until it responds. */
  killAndRestart(): Promise<void>
}

export async function startKillableHub(): Promise<KillableHub> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-hub-'))
  const [port, clientPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`

  async function start(): Promise<ChildProcess> {
    const flags = ['--conditions=@mcp/source', '--import', '@mcp/node/preload']
    const child = spawn(process.execPath, [...flags, 'apps/hub/src/start.ts'], {
      cwd: root,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        MCP_DATA_DIR: folder,
        SESSION_MANAGER_PORT: String(port),
        CLIENT_PORT: String(clientPort),
      },
    })
    await waitUntil('the hub responds', async () => {
      const response = await fetch(`${url}/health`).catch(() => undefined)
      await response?.body?.cancel()
      return response?.ok === true
    })
    return child
  }

  async function kill(): Promise<void> {
    const exited = once(running, 'exit')
    running.kill('SIGKILL')
    await exited
  }

  let running = await start()
  return {
    url,
    async killAndRestart() {
      await kill()
      running = await start()
    },
    async [Symbol.asyncDispose]() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until a condition holds. */
export async function waitUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + maxStartMs
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`${what}: not within ${maxStartMs} ms`)
    await new Promise((again) => setTimeout(again, 20))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return address.port
}
