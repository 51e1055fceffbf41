import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { BuildName, BuildState } from './bundle-manifest.ts'
import { readBuildState } from './bundle-manifest.ts'

const program = join(import.meta.dirname, 'build.ts')

const withoutBuild: Readonly<Record<BuildName, string>> = {
  hub: 'The hub starts from its sources.',
  page: 'The REST API works without the page.',
}

/**
 * Runs a build if it is missing or its sources have changed, and reports this on stderr. Returns its state, which
 * is `current` unless the build has failed.
 *
 * A separate process builds, because the hub would keep the memory of the build until it ends: over 400 MiB for
 * the page.
 */
export async function prepareBuild(name: BuildName): Promise<BuildState> {
  const found = readBuildState(name)
  if (found.state === 'current') return found
  process.stderr.write(
    found.state === 'missing'
      ? `Building the ${name} for its first start…\n`
      : `Building the ${name} again, because its sources have changed…\n`,
  )
  try {
    const build = spawn(process.execPath, [program, name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await once(build, 'close')
  } catch (error) {
    // The system could not start the process, such as at its limit of processes.
    process.stderr.write(`Cannot build the ${name}: ${String(error)}\n`)
  }
  const built = readBuildState(name)
  if (built.state !== 'current') process.stderr.write(`${withoutBuild[name]}\n`)
  return built
}
