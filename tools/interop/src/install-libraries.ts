import { cp, rm } from 'node:fs/promises'
import { resolve } from 'node:path'

import { readLibraries } from './packages.ts'

/**
 * Copies the libraries into the `node_modules` of a project, as npm does, instead of linking to the
 * workspace. A bundler treats installed packages differently from sources of the project.
 */
export async function installLibraries(project: string): Promise<void> {
  const installed = resolve(project, 'node_modules')
  await rm(installed, { recursive: true, force: true })
  for (const { name, folder } of readLibraries()) {
    for (const part of ['package.json', 'dist']) {
      await cp(resolve(folder, part), resolve(installed, name, part), { recursive: true })
    }
  }
}
