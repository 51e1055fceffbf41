import { cp, rm } from 'node:fs/promises'
import { resolve } from 'node:path'

import { readLibraries } from './packages.ts'

/**
 * Puts the libraries into a project's `node_modules` as npm would, not as links into the workspace:
 * a bundler treats what is installed differently from what lies beside it.
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
