import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { freePort } from './app-side.ts'
import { median } from './statistics.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface StartFigures {
  /** From the start of the process to the first response, in milliseconds. */
  readonly oursMs: number
  readonly floorMs: number
  readonly ratio: number
  /** Resident memory of the hub one second after its first response, in bytes. */
  readonly idleRssBytes: number
}

/** Form of the hub: the sources, or the bundle that `npm start` builds from them and runs. */
export type StartForm = 'sources' | 'bundle'

const programs: Readonly<Record<StartForm, string>> = {
  sources: 'apps/hub/src/main.ts',
  bundle: 'apps/hub/src/start.ts',
}

const remedies: Readonly<Record<StartForm, string>> = {
  sources: 'Run `node --conditions=@mcp/source apps/hub/src/main.ts` to see why.',
  bundle: 'Run `npm start` to see why.',
}

/** Starts the hub and a bare server alternately, and measures the time to the first response. */
export async function measureStart(form: StartForm, rounds: number): Promise<StartFigures> {
  // The first start builds the bundle and fills the compile cache.
  await timeHub(form)
  const pairs: { ours: number; floor: number; rss: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const floor = await timeStart((port) => ({
      name: 'The bare server',
      remedy: 'Run this benchmark again on an idle machine.',
      parameters: [join(import.meta.dirname, 'sides/bare-http.js'), String(port)],
      environment: {},
      path: '/',
    }))
    const ours = await timeHub(form)
    pairs.push({ ours: ours.milliseconds, floor: floor.milliseconds, rss: ours.rssBytes })
  }
  return {
    oursMs: median(pairs.map((pair) => pair.ours)),
    floorMs: median(pairs.map((pair) => pair.floor)),
    ratio: median(pairs.map((pair) => pair.ours / pair.floor)),
    idleRssBytes: median(pairs.map((pair) => pair.rss)),
  }
}

function timeHub(form: StartForm) {
  return timeStart((port) => ({
    name: programs[form],
    remedy: remedies[form],
    parameters: [
      '--conditions=@mcp/source',
      '--import',
      import.meta.resolve('@mcp/node/preload'),
      join(root, programs[form]),
    ],
    environment: { SESSION_MANAGER_PORT: String(port), CLIENT_PORT: '0' },
    path: '/health',
  }))
}

interface Program {
  readonly name: string
  /** Advice if the program does not respond. */
  readonly remedy: string
  readonly parameters: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly path: string
}

async function timeStart(
  program: (port: number) => Program,
): Promise<{ milliseconds: number; rssBytes: number }> {
  const port = await freePort()
  const { name, remedy, parameters, environment, path } = program(port)
  const folder = await mkdtemp(join(tmpdir(), 'mcp-start-'))
  const started = performance.now()
  const child = spawn(process.execPath, parameters, {
    cwd: folder,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', ...environment },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  try {
    const hasExited = () => child.exitCode !== null || child.signalCode !== null
    if (!(await respondsAt(`http://127.0.0.1:${port}${path}`, started + 30_000, hasExited))) {
      const problem = hasExited()
        ? 'exited without a response'
        : 'did not respond within 30 seconds'
      throw new Error(`${name} ${problem}. ${remedy}`)
    }
    const milliseconds = performance.now() - started
    await new Promise((settled) => setTimeout(settled, 1000))
    return { milliseconds, rssBytes: residentBytes(child.pid) }
  } finally {
    // SIGTERM ends the process gracefully. Only then does Node write the compile cache for the next start.
    child.kill('SIGTERM')
    await exited
    await rm(folder, { recursive: true, force: true })
  }
}

/** Waits for the first response. Returns false if there is none in time, or the program has exited. */
async function respondsAt(url: string, until: number, hasExited: () => boolean): Promise<boolean> {
  while (performance.now() < until && !hasExited()) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok === true) return true
    await new Promise((again) => setTimeout(again, 2))
  }
  return false
}

/** Returns the resident memory of a process. Works only on Linux, because it reads `/proc`. */
function residentBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  return Number(kibibytes) * 1024
}
