import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { access, constants, mkdir, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import { McpError } from '@mcp/protocol'

import { isMissing } from './file-error.ts'
import { isSpecialType } from './special-file-system.ts'
import { temporaryPrefix } from './temporary-name.ts'

/**
 * Creates a folder and its missing parents. Refuses a folder on a file system of the kernel, such as
 * `/proc`, because a recursive `mkdir` of Node never returns there.
 *
 * @throws McpError `invalid-params` for a folder on a file system of the kernel.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  for (const folder of selfAndParents(path)) {
    try {
      refuseSpecial(path, (await statfs(folder)).type)
      break
    } catch (thrown) {
      // If a parent is a file, the error of `mkdir` reports this.
      if (!isMissing(thrown)) throw thrown
    }
  }
  await mkdir(path, { recursive: true, mode })
}

/** Creates a folder like `makeFolder`, but synchronously. */
export function makeFolderSync(path: string, mode = 0o777): void {
  for (const folder of selfAndParents(path)) {
    try {
      refuseSpecial(path, statfsSync(folder).type)
      break
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown
    }
  }
  mkdirSync(path, { recursive: true, mode })
}

/**
 * Creates a folder with files, if the folder does not exist. An existing folder is never changed, even if it
 * is empty, so deleted files do not come back. Returns whether it created the folder.
 *
 * @example
 * createStarterFolder('.data/workspace', { 'notes/todo.md': '- buy milk\n' })
 */
export function createStarterFolder(
  folder: string,
  files: Readonly<Record<string, string>>,
): boolean {
  if (existsSync(folder)) return false
  const path = resolve(folder)
  makeFolderSync(dirname(path), 0o700)
  // The folder appears only with all of its files, even if the process is killed in the meantime.
  const temporary = mkdtempSync(join(dirname(path), temporaryPrefix))
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = join(temporary, name)
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, content, { mode: 0o600 })
    }
    renameSync(temporary, path)
    return true
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    if (existsSync(path)) return false
    throw error
  }
}

function* selfAndParents(path: string): Generator<string> {
  let folder = resolve(path)
  yield folder
  while (folder !== dirname(folder)) {
    folder = dirname(folder)
    yield folder
  }
}

function refuseSpecial(path: string, type: number): void {
  if (!isSpecialType(type)) return
  throw new McpError(
    'invalid-params',
    `Cannot create the folder "${path}": it is on a file system of the kernel. Choose another folder.`,
    { details: { reason: 'special-file-system' } },
  )
}

/** Whether a path is a folder that this process may list and open files in. */
export async function isUsableFolder(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isDirectory()) return false
    await access(path, constants.R_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
