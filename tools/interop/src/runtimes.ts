import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { mayLackServices } from './services.ts'

const installed = resolve(import.meta.dirname, '../node_modules')

/** A program that is installed here, such as `node22/bin/node`. */
export function programPath(command: string): string {
  return resolve(installed, command)
}

/** Whether tests on the Nodes installed here are skipped: they are optional dependencies. */
export const lacksNodes = mayLackServices && !existsSync(programPath('node22/bin/node'))
