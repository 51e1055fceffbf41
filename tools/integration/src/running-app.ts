import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** One of the apps, in its own process. */
export interface RunningApp {
  /** Returns the standard output and standard error so far. */
  output(): string
  /** Sends the signal and resolves with the exit code, or with `null` if a signal killed the process. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  readonly process: ChildProcess
  /** Resolves with the exit code when the process exits. */
  readonly exited: Promise<number | null>
}

export type AppOptions = AppSource & {
  /** Options of Node. Default: none. */
  readonly flags?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** A URL that responds when the app is ready. */
  readonly healthUrl: string
}

/** The folder of an app below `apps/`, or the path of another program. */
type AppSource = { readonly app: string } | { readonly program: string }

const preload = import.meta.resolve('@mcp/node/preload')

/** Returns the program that the npm script of the app starts. */
function programOf(app: string): string {
  return join(root, 'apps', app, app === 'hub' ? 'src/start.ts' : 'src/main.ts')
}

/** Starts an app with only the given environment. */
export function spawnApp(options: SpawnOptions): RunningApp {
  const { environment, flags = [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'mcp-app-'))
  const program = 'program' in options ? options.program : programOf(options.app)
  const asInScripts = ['--conditions=@mcp/source', '--import', preload]
  const child = spawn(process.execPath, [...asInScripts, ...flags, program], {
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

  return {
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
    process: child,
    exited,
  }
}

type SpawnOptions = AppSource & Pick<AppOptions, 'flags' | 'environment'>

/** Starts an app, and waits until it responds. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { healthUrl } = options
  const app = 'program' in options ? options.program : options.app
  const running = spawnApp(options)
  const ended = running.exited.then((code) => {
    throw new Error(`${app} exited with ${code} before it responded:\n${running.output()}`)
  })
  // Prevents an unhandled rejection if the app exits after the race below. `stop` reports that exit.
  ended.catch(() => {})
  try {
    await Promise.race([waitForResponse(healthUrl), ended])
    return running
  } catch (thrown) {
    running.process.kill('SIGKILL')
    throw thrown
  }
}

/** Waits at most 30 seconds until a URL responds with a 2xx status. */
function waitForResponse(url: string): Promise<void> {
  return waitUntil(`${url} responds`, async () => {
    const response = await fetch(url).catch(() => undefined)
    await response?.body?.cancel()
    return response?.ok === true
  })
}

/** Polls a condition until it holds, for at most 30 seconds or the given number. */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean>,
  maxSeconds = 30,
): Promise<void> {
  const until = Date.now() + maxSeconds * 1000
  while (Date.now() < until) {
    if (await holds()) return
    await new Promise((again) => setTimeout(again, 25))
  }
  throw new Error(`not within ${maxSeconds} seconds: ${what}`)
}

// Each worker of the tests has its own range of ports, below those that the system gives to connections. A port
// that the system has chosen could be given to a process of another worker before the app listens on it.
const portsPerWorker = 2000
const firstPort = 10_000 + portsPerWorker * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 10)
let portOffset = Math.floor(Math.random() * portsPerWorker)

/** Returns a port that is free, and that no other worker returns. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < portsPerWorker; attempt++) {
    portOffset = (portOffset + 1) % portsPerWorker
    if (await isFree(firstPort + portOffset)) return firstPort + portOffset
  }
  throw new Error('No port is free.')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
