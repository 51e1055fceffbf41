import { mkdir } from 'node:fs/promises'

import type { EntryOptions, SafeFolder } from './entry.ts'
import { refuseNameCollision, requireDirectory } from './entry.ts'
import { isSystemError } from './file-error.ts'

export interface MakeDirectoriesOptions extends Pick<
  EntryOptions,
  'param' | 'hints' | 'authorize'
> {
  /** Permissions of new directories, reduced by the umask of the process. Default: 0o777. */
  readonly mode?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Creates a directory and its missing parents. Returns whether the directory itself was created.
 *
 * @throws McpError `forbidden`, reason `path-escape`, if the path leads out of the folder.
 * @throws McpError `invalid-params`, reason `not-a-directory`, if the path or one of its parents is a file.
 * @throws McpError `conflict`, reason `name-collision`, if an entry has the same name in another Unicode form.
 */
export async function makeDirectories(
  folder: SafeFolder,
  path: string,
  { signal, ...options }: MakeDirectoriesOptions = {},
): Promise<boolean> {
  let isNew = false
  const names = path === '' ? [] : path.split('/')
  for (const index of names.keys()) {
    signal?.throwIfAborted()
    // Each level is resolved from the folder again, because it may be a link that leads out of it.
    isNew = await makeDirectory(folder, names.slice(0, index + 1).join('/'), options)
  }
  return isNew
}

function makeDirectory(
  folder: SafeFolder,
  path: string,
  { mode = 0o777, ...options }: MakeDirectoriesOptions,
): Promise<boolean> {
  return folder.withEntry(path, { ...options, type: 'directory' }, async (entry) => {
    if (entry.stats !== undefined) {
      requireDirectory(entry)
      return false
    }
    await refuseNameCollision(entry)
    try {
      await mkdir(entry.directory.pathOf(entry.name), mode)
    } catch (thrown) {
      if (!isSystemError(thrown, 'EEXIST')) throw thrown
      return false
    }
    return true
  })
}
