import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** The folder that holds the whole workspace. */
export const root = resolve(import.meta.dirname, '../../..')

/** A package that goes to npm. */
export interface Package {
  readonly name: string
  /** Its folder, absolute. */
  readonly folder: string
  readonly isBuilt: boolean
}

/** The libraries of the workspace, in the order of their folders. */
export function readLibraries(): Package[] {
  return globSync('libs/*/package.json', { cwd: root })
    .toSorted()
    .map((path) => {
      const folder = dirname(resolve(root, path))
      const { name }: { name: string } = JSON.parse(readFileSync(resolve(root, path), 'utf8'))
      return { name, folder, isBuilt: existsSync(resolve(folder, 'dist/index.js')) }
    })
}
