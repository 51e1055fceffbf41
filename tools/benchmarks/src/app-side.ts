import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { Side } from './side.ts'
import { controlChild } from './side.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface AppOptions {
  /** Variable that sets the port to be measured. */
  readonly portVariable: string
  /** Further variables. Variables that end in `_PORT` get free ports if they are `free`. */
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Starts an app as its npm script does, with its default store in an empty folder, and waits until it
 * responds.
 */
export async function startApp(name: string, options: AppOptions): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-bench-'))
  const port = await freePort()
  const child = fork(join(root, `apps/${name}/src/${name === 'hub' ? 'start' : 'main'}.ts`), [], {
    cwd: folder,
    execArgv: [
      '--conditions=@mcp/source',
      '--import',
      import.meta.resolve('@mcp/node/preload'),
      '--import',
      new URL('sides/usage-agent.ts', import.meta.url).href,
      '--expose-gc',
    ],
    env: {
      PATH: process.env['PATH'],
      LOG_LEVEL: 'warn',
      BENCHMARK_PROFILE: process.env['BENCHMARK_PROFILE'],
      MCP_DATA_DIR: folder,
      [options.portVariable]: String(port),
      ...options.environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { control } = controlChild(child, name)
  await waitUntilHealthy(`http://127.0.0.1:${port}/health`)
  return {
    port,
    ...control,
    async stop() {
      await control.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The hub as `npm start` runs it. */
export async function startHub(environment: Readonly<Record<string, string>> = {}): Promise<Side> {
  return startApp('hub', {
    portVariable: 'SESSION_MANAGER_PORT',
    environment: { CLIENT_PORT: String(await freePort()), ...environment },
  })
}

async function waitUntilHealthy(url: string): Promise<void> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok === true) return
    await new Promise((again) => setTimeout(again, 20))
  }
  throw new Error(`${url} did not respond in time`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return address.port
}
