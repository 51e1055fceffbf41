import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const appFolder = resolve(import.meta.dirname, '../..')

/** File that describes the bundle: its entry, and the sources of which it was made. */
export const manifestPath = join(appFolder, 'dist/bundle.json')

/** A source by its path relative to the app, with its time of modification and its size. */
type Input = readonly [path: string, mtimeMs: number, size: number]

interface Manifest {
  readonly entry: string
  readonly inputs: readonly Input[]
}

/** State of the bundle. `current`: `entry` is the path of its first file. */
export type BundleState =
  | { readonly state: 'current'; readonly entry: string }
  | { readonly state: 'missing' | 'outdated' }

/**
 * Compares the bundle with the sources by their times and sizes. The comparison creates few objects,
 * because a larger heap at the start stays large.
 */
export function readBundleState(): BundleState {
  const manifest = readManifest()
  if (manifest === undefined) return { state: 'missing' }
  const entry = join(appFolder, 'dist', manifest.entry)
  const isCurrent = manifest.inputs.every(isUnchanged) && existsSync(entry)
  return isCurrent ? { state: 'current', entry } : { state: 'outdated' }
}

function isUnchanged([path, mtimeMs, size]: Input): boolean {
  const stats = statSync(`${appFolder}/${path}`, { throwIfNoEntry: false })
  return stats !== undefined && stats.mtimeMs === mtimeMs && stats.size === size
}

/** Returns the time and the size of each file. */
export function describeInputs(paths: readonly string[]): Input[] {
  return paths.map((path) => {
    const stats = statSync(join(appFolder, path), { throwIfNoEntry: false })
    return [path, stats?.mtimeMs ?? 0, stats?.size ?? 0]
  })
}

function readManifest(): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(manifestPath, 'utf8'))
  } catch {
    return undefined
  }
}
