import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** The root folder of the workspace. */
export const root = resolve(import.meta.dirname, '../../..')

/** A library of the workspace. */
export interface Package {
  readonly name: string
  /** Absolute path of the folder. */
  readonly folder: string
  readonly isBuilt: boolean
}

/** Returns the libraries of the workspace, ordered by folder. */
export function readLibraries(): Package[] {
  return globSync('libs/*/package.json', { cwd: root })
    .toSorted()
    .map((path) => {
      const folder = dirname(resolve(root, path))
      const { name }: { name: string } = JSON.parse(readFileSync(resolve(root, path), 'utf8'))
      return { name, folder, isBuilt: existsSync(resolve(folder, 'dist/index.js')) }
    })
}
