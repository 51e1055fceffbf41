import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { mayLackServices } from './services.ts'

const installed = resolve(import.meta.dirname, '../node_modules')

/** Returns the path of an installed program, such as `node22/bin/node`. */
export function programPath(command: string): string {
  return resolve(installed, command)
}

/** Whether tests on other versions of Node are skipped. These versions are optional dependencies. */
export const lacksNodes = mayLackServices && !existsSync(programPath('node22/bin/node'))
