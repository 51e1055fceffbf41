import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

import type { Entry, EntryOptions, SafeFolder } from './entry.ts'
import { lstatEntry, quotePath } from './entry.ts'
import type { FileSubject } from './file-error.ts'
import {
  directoryNotFound,
  isMissing,
  isSystemError,
  pathEscape,
  withFileErrors,
} from './file-error.ts'
import { openDirectory } from './open-directory.ts'
import { joinPath, splitPath } from './relative-path.ts'

/**
 * Resolves a path from `parsePath` and runs `work` on its entry. All links in the path must stay in
 * the folder. The directory of the entry is opened and verified before `work` runs, so that no link
 * can redirect operations through `entry.directory`.
 *
 * @throws McpError `forbidden`, reason `path-escape`; `not-found` if the directory does not exist.
 */
export async function withEntry<Result>(
  folder: SafeFolder,
  path: string,
  options: EntryOptions,
  work: (entry: Entry) => Promise<Result>,
): Promise<Result> {
  const { param, label = quotePath(path), hints, authorize, follow = true } = options
  const subject = { label, param, hints }
  return withFileErrors(subject, async () => {
    authorize?.(path, 'directory')
    const { realPath: base } = await folder.locate()
    const location = await resolvePath(base, path, follow, subject)
    const directory = await openDirectory(location.directory, folder.byDescriptor)
    try {
      const { name } = location
      const realPath = name === '.' ? '' : joinPath(relativePath(base, location.directory), name)
      const stats = await lstatEntry({ directory, name })
      // This link was created after the path was resolved, so its target is not verified.
      if (stats?.isSymbolicLink() === true && follow) throw pathEscape(subject)
      const isDirectory = stats?.isDirectory() ?? options.type === 'directory'
      const type = isDirectory ? 'directory' : 'file'
      authorize?.(path, type)
      if (realPath !== path) authorize?.(realPath, type)
      return await work({ ...subject, folder, path, realPath, directory, name, stats })
    } finally {
      await directory.close()
    }
  })
}

interface Location {
  readonly directory: string
  readonly name: string
}

async function resolvePath(
  base: string,
  path: string,
  follow: boolean,
  subject: FileSubject,
): Promise<Location> {
  if (path === '') return { directory: base, name: '.' }
  const full = join(base, path)
  if (follow) {
    const found = await tryRealpath(full)
    if (found === base) return { directory: base, name: '.' }
    if (found !== undefined) {
      requireBelow(base, found, subject)
      return { directory: dirname(found), name: basename(found) }
    }
  }
  const { folder: parent, name } = splitPath(path)
  const directory = await tryRealpath(join(base, parent))
  if (directory === undefined) {
    // The parent is checked first, so that the error for a path that leads out of the folder is always
    // `path-escape`, even if the target does not exist.
    await resolvePath(base, parent, true, subject)
    throw directoryNotFound(parent, subject)
  }
  requireBelow(base, directory, subject)
  if (follow && (await isLink(join(directory, name)))) {
    // The link has no target. If the error depended on the location of the target, callers could find
    // out which files exist outside the folder.
    throw pathEscape(subject)
  }
  return { directory, name }
}

async function tryRealpath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (thrown) {
    // If the path is missing or not accessible, the caller checks the directories above it.
    if (isMissing(thrown) || isSystemError(thrown, 'EACCES')) return undefined
    throw thrown
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return false
    throw thrown
  }
}

function requireBelow(base: string, path: string, subject: FileSubject): void {
  const fromBase = relative(base, path)
  if (fromBase === '..' || fromBase.startsWith(`..${sep}`) || join(base, fromBase) !== path) {
    throw pathEscape(subject)
  }
}

function relativePath(base: string, path: string): string {
  return relative(base, path).split(sep).join('/')
}
