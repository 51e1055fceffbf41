import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const preload = import.meta.resolve('@mcp/node/preload')

/** The hub in a process of its own. */
export interface HubProcess {
  /** Ends the process without a warning. */
  kill(): Promise<void>
}

export interface HubProcessOptions {
  readonly port: number
  readonly folder: string
  readonly modelUrl: string
}

/** Starts the hub, and waits until it responds. */
export async function startHubProcess(options: HubProcessOptions): Promise<HubProcess> {
  const { port, folder, modelUrl } = options
  const program = resolve(root, 'apps/hub/src/start.ts')
  const child = spawn(
    process.execPath,
    ['--conditions=@mcp/source', '--import', preload, program],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        MCP_DATA_DIR: folder,
        CLIENT_PORT: String(port),
        SESSION_MANAGER_PORT: String(await freePort()),
        LLM_API_URL: modelUrl,
        LLM_MODEL: 'dictated-small',
      },
      stdio: 'ignore',
    },
  )
  await respondsOrExits(`http://127.0.0.1:${port}/health`, child)
  return {
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function respondsOrExits(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok === true) return
    await new Promise((again) => setTimeout(again, 50))
  }
  throw new Error(`The hub exited with ${child.exitCode}.`)
}

/** Returns a port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return address.port
}
