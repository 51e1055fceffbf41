import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

import * as z from 'zod'

const interop = resolve(import.meta.dirname, '../../interop')
const suite = join(interop, 'node_modules/@modelcontextprotocol/conformance')

/** The requirement sets of the suite: one for each era of the protocol. */
export const revisions = ['2025-11-25', '2026-07-28'] as const

export type Revision = (typeof revisions)[number]

/** One check of a scenario. A scenario may contain several checks with the same id. */
export interface Check {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly errorMessage?: string | undefined
}

/** The checks of a run, by the name of the scenario. */
export type Checks = ReadonlyMap<string, readonly Check[]>

const checkList = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    errorMessage: z.string().optional(),
  }),
)

/** Installs the suite, unless it is installed. It has a lock file of its own in `tools/interop`. */
export async function installSuite(): Promise<void> {
  if (existsSync(suite)) return
  await promisify(execFile)('npm', ['ci', '--prefix', interop, '--no-audit', '--no-fund'])
}

/** Returns the names of the scenarios that count, in the order of the requirement set. */
export function scoredScenarios(
  revision: Revision,
  leg: 'server' | 'client' = 'server',
): readonly string[] {
  const text = readFileSync(join(suite, 'requirements', `${revision}.yaml`), 'utf8')
  const [, list = ''] = new RegExp(`^${leg}:\\n((?: {2}- .+\\n)+)`, 'm').exec(text) ?? []
  return Array.from(list.matchAll(/- (.+)/g), ([, name = '']) => name)
}

/** Runs the official suite against a server. */
export function runSuite(url: string, revision: Revision): Promise<Checks> {
  return runProgram('server', ['--url', url, '--requirements', revision])
}

/** Runs the program of the suite, and returns its checks. */
export async function runProgram(
  leg: 'server' | 'client',
  args: readonly string[],
): Promise<Checks> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-conformance-'))
  const program = join(suite, 'dist/index.js')
  try {
    // The suite also exits with 1 if a scored scenario fails. In this case, the results are still read.
    await promisify(execFile)(process.execPath, [program, leg, ...args, '-o', folder], {
      timeout: 300_000,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      if (readdirSync(folder).length === 0) throw error
    })
    return readChecks(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Reads `server-<scenario>-<time>/checks.json` of each scenario. The name of a scenario may contain a slash,
 * so that its folder is in another folder.
 */
function readChecks(folder: string): Checks {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const read = files
    .filter((file) => basename(file) === 'checks.json')
    .map((file): [string, readonly Check[]] => {
      const name = dirname(file)
      const [, scenario = name] = /^(?:server-)?(.+)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/.exec(name) ?? []
      return [scenario, checkList.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))]
    })
  return new Map(read)
}
