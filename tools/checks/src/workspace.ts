import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** The root folder of the workspace. */
export const root = resolve(import.meta.dirname, '../../..')

/** The parts of a `package.json` that the checks use. */
export interface Package {
  readonly name: string
  /** Absolute path of the package. */
  readonly folder: string
  readonly version: string
  readonly isPrivate: boolean
  readonly layer: string | undefined
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  /** Ranges of its peer dependencies by name. */
  readonly peerDependencies: Readonly<Record<string, string>>
  /** Public entry points, such as `.` and `./testing`. */
  readonly entryPoints: readonly string[]
}

/** Returns every package of the workspace, ordered by folder. */
export function readPackages(): Package[] {
  const manifest = readJson(resolve(root, 'package.json'))
  const patterns = strings(manifest['workspaces']).map((pattern) => `${pattern}/package.json`)
  return globSync(patterns, { cwd: root })
    .toSorted()
    .map((path) => readPackage(resolve(root, path)))
}

/** Returns the packages that are published. */
export function readPublishedPackages(): Package[] {
  return readPackages().filter(({ isPrivate }) => !isPrivate)
}

function readPackage(path: string): Package {
  const manifest = readJson(path)
  const tags = strings(record(manifest['nx'])['tags'])
  return {
    name: String(manifest['name']),
    folder: dirname(path),
    version: String(manifest['version']),
    isPrivate: manifest['private'] === true,
    layer: tags.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length),
    dependencies: Object.keys(record(manifest['dependencies'])),
    devDependencies: Object.keys(record(manifest['devDependencies'])),
    peerDependencies: Object.fromEntries(
      Object.entries(record(manifest['peerDependencies'])).map(([peer, range]) => [
        peer,
        String(range),
      ]),
    ),
    entryPoints: Object.keys(record(manifest['exports'])).filter(
      (entryPoint) => !entryPoint.endsWith('.json'),
    ),
  }
}

function readJson(path: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return record(value)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
