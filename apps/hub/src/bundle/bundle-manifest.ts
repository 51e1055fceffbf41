import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

export const appFolder = resolve(import.meta.dirname, '../..')

/** The builds of a start: the hub, and the page that it serves. */
export type BuildName = 'hub' | 'page'

const manifestNames: Readonly<Record<BuildName, string>> = { hub: 'bundle.json', page: 'page.json' }

/** Returns the path of the file that describes a build: its entry, and the sources of which it was made. */
export function manifestPathOf(build: BuildName): string {
  return join(appFolder, 'dist', manifestNames[build])
}

/** A source by its path relative to the app, with its time of modification and its size. */
type Input = readonly [path: string, mtimeMs: number, size: number]

interface Manifest {
  readonly entry: string
  readonly inputs: readonly Input[]
}

/** State of a build. `current`: `entry` is the path of its first file. */
export type BuildState =
  | { readonly state: 'current'; readonly entry: string }
  | { readonly state: 'missing' | 'outdated' }

/**
 * Compares a build with the sources by their times and sizes. The comparison creates few objects,
 * because a larger heap at the start stays large.
 */
export function readBuildState(build: BuildName): BuildState {
  const manifest = readManifest(build)
  if (manifest === undefined) return { state: 'missing' }
  const entry = join(appFolder, 'dist', manifest.entry)
  const isCurrent = manifest.inputs.every(isUnchanged) && existsSync(entry)
  return isCurrent ? { state: 'current', entry } : { state: 'outdated' }
}

function isUnchanged([path, mtimeMs, size]: Input): boolean {
  const stats = statSync(`${appFolder}/${path}`, { throwIfNoEntry: false })
  return stats !== undefined && stats.mtimeMs === mtimeMs && stats.size === size
}

/**
 * Writes the manifest of a build. The paths of `sources` are relative to the app, and `entry` is relative to
 * `dist`. The file is renamed at the end, so that a start at the same time does not read a part of it.
 */
export async function writeManifest(
  build: BuildName,
  entry: string,
  sources: readonly string[],
): Promise<void> {
  const inputs = [...sources, '../../package-lock.json'].map((path): Input => {
    const stats = statSync(join(appFolder, path), { throwIfNoEntry: false })
    return [path, stats?.mtimeMs ?? 0, stats?.size ?? 0]
  })
  const manifest: Manifest = { entry, inputs }
  const path = manifestPathOf(build)
  await mkdir(join(appFolder, 'dist'), { recursive: true })
  await writeFile(`${path}.${process.pid}`, JSON.stringify(manifest))
  await rename(`${path}.${process.pid}`, path)
}

function readManifest(build: BuildName): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(manifestPathOf(build), 'utf8'))
  } catch {
    return undefined
  }
}
