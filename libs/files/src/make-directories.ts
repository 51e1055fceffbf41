import { mkdir, rmdir } from 'node:fs/promises'

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
  const created = makeEach(folder, path, { signal, ...options })
  let last: string | undefined
  for await (const each of created) last = each
  return path !== '' && last === path
}

/**
 * Creates a directory and its missing parents, then runs `work`. If one of the two fails, the directories
 * that were created are removed again, unless another caller has used them meanwhile.
 *
 * @throws McpError as {@link makeDirectories}, or the error of `work`.
 */
export async function withDirectories<Result>(
  folder: SafeFolder,
  path: string,
  options: MakeDirectoriesOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const created: string[] = []
  try {
    for await (const each of makeEach(folder, path, options)) created.push(each)
    return await work()
  } catch (thrown) {
    for (const each of created.toReversed()) await removeDirectory(folder, each)
    throw thrown
  }
}

/** Creates the directories, and yields the path of each that did not exist. */
async function* makeEach(
  folder: SafeFolder,
  path: string,
  { signal, ...options }: MakeDirectoriesOptions,
): AsyncGenerator<string> {
  const names = path === '' ? [] : path.split('/')
  for (const index of names.keys()) {
    signal?.throwIfAborted()
    // Each path is resolved from the folder again, because a part of it may be a link that leads out.
    const each = names.slice(0, index + 1).join('/')
    if (await makeDirectory(folder, each, options)) yield each
  }
}

/** Removes a directory, if it is empty. */
async function removeDirectory(folder: SafeFolder, path: string): Promise<void> {
  try {
    await folder.withEntry(path, { follow: false, type: 'directory' }, ({ directory, name }) =>
      rmdir(directory.pathOf(name)),
    )
  } catch {
    // The caller receives the first error, which is the reason for the removal.
  }
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
