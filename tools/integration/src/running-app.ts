import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** One of the apps, in a process of its own. */
export interface RunningApp {
  /** What it printed so far, both streams. */
  output(): string
  /** Sends the signal and waits for the end; answers the exit code, `null` after a signal's death. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  readonly process: ChildProcess
}

export interface AppOptions {
  /** The folder below `apps/`. */
  readonly app: string
  readonly environment: Readonly<Record<string, string>>
  /** Where it says that it is ready. */
  readonly healthUrl: string
}

/** Starts an app with nothing in its environment but what is given, and waits until it answers. */
export async function startApp({ app, environment, healthUrl }: AppOptions): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-app-'))
  const program = join(root, 'apps', app, 'src/main.ts')
  const child = spawn(process.execPath, ['--conditions=@mcp/source', program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], MCP_DATA_DIR: join(folder, 'data'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  }
  const exited = once(child, 'exit').then(() => {
    rmSync(folder, { recursive: true, force: true })
    return child.exitCode
  })

  const running: RunningApp = {
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
    process: child,
  }
  const ended = exited.then(() => {
    throw new Error(`${app} ended before it answered:\n${printed}`)
  })
  // Its own end is reported by `stop`; here only the race below cares.
  ended.catch(() => {})
  try {
    await Promise.race([answers(healthUrl), ended])
    return running
  } catch (thrown) {
    child.kill('SIGKILL')
    throw thrown
  }
}

/** Waits, for half a minute at most, until a URL answers with a status of 2xx. */
function answers(url: string): Promise<void> {
  return waitUntil(`${url} answers`, async () => {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    return response?.ok === true
  })
}

/** Asks again and again, for half a minute at most, until it is so. */
export async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 30_000
  while (Date.now() < until) {
    if (await isSo()) return
    await new Promise((again) => setTimeout(again, 25))
  }
  throw new Error(`waited 30 seconds, and not: ${what}`)
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port was opened')
  return address.port
}
